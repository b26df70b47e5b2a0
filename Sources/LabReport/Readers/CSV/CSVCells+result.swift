/// The result of a row.
extension CSVCells {
    mutating func result(order: Int) -> Observation {
        var code = Coded(code: self.code("result_code"), text: text("result_code_text"))
        code.system = text("result_code_system")
        // Written by hand: a code that is LOINC by form and check digit is one.
        if !has("result_code_system"), let text = code.code, LOINC(text) != nil { code.system = "LN" }
        code.localCode = self.code("result_local_code")
        code.localText = text("result_local_text")
        code.localSystem = text("result_local_system")
        code.putStandardFirst()
        if code == Coded() { log.add(.observationCodeMissing, at: path("result_code")) }
        var result = Observation(orderIndex: order, code: code, status: status())
        result.subID = self.code("result_sub_id")
        result.unit = unit()
        result.range = text("result_range")
        result.interpretation = list("result_interpretation")
        result.observedAt = time("result_observed_at")
        result.analysedAt = time("result_analysed_at")
        result.method = coded("result_method")
        result.device = text("result_device")
        result.performer = organisation("result_performer")
        result.responsible = professional("result_responsible")
        result.notes = personals("result_notes")
        result.value = value()
        return result
    }

    /// Without a status nothing may be taken as final.
    private mutating func status() -> String {
        guard let text = text("result_status") else {
            log.add(.statusMissing, at: path("result_status"))
            return ""
        }
        guard let status = CSVWords.knownStatus(text) else {
            log.add(.statusUnknown, at: path("result_status"))
            return text
        }
        if status.isSmall { log.add(.codeForm, at: path("result_status")) }
        return status.code
    }
}
