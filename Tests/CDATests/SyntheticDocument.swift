/// A laboratory document about a person who does not exist, part by part, so that a test says only what it is about.
struct SyntheticDocument {
    var declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    var type = "<code code=\"11502-2\" codeSystem=\"2.16.840.1.113883.6.1\"/>"
    var version = "<setId root=\"1.2.250.1.999.7\"/><versionNumber value=\"1\"/>"
    var confidentiality = "<confidentialityCode code=\"N\"/>"
    var patientIDs = """
        <id root="1.2.250.1.213.1.4.8" extension="276037510669326"/><id root="1.2.3.4.5" extension="IPP 42"/>
        """
    var address = """
        <addr use="H"><houseNumber>12</houseNumber><streetName>rue du Port</streetName><unitID>Bât. B</unitID>\
        <postalCode>20 200</postalCode><city>BASTIA</city><country>FRANCE</country></addr>
        """
    var telecoms = "<telecom value=\"tel:+33 4 95 00 00 00\" use=\"H\"/><telecom value=\"mailto:ada@example.org\"/>"
    var names = """
        <name><given>ADA MARIE ROSE</given><given qualifier="BR">ADA</given><family qualifier="BR">TESTELLI</family>\
        <family qualifier="CL">DUPONT</family></name>
        """
    var sex = "<administrativeGenderCode code=\"F\"/>"
    var birth = "<birthTime value=\"19760315\"/>"
    var birthplace = "<birthplace><place><addr><county>2B033</county></addr></place></birthplace>"
    var requester = """
        <participant typeCode="REF"><associatedEntity classCode="PROV">\
        <id root="1.2.250.1.71.4.2.1" extension="801234567897"/><telecom value="tel:0495000001"/>\
        <associatedPerson><name><family>MARTIN</family><given>Luc</given></name></associatedPerson>\
        <scopingOrganization><id root="1.2.250.1.71.4.2.2" extension="12B0005342"/><name>Cabinet</name>\
        </scopingOrganization></associatedEntity></participant>
        """
    var sampler = """
        <participant typeCode="PRF"><functionCode code="PRELV"/><time><high value="202611200730+0100"/></time>\
        <associatedEntity classCode="PROV"/></participant>
        """
    var placer = "<inFulfillmentOf><order><id root=\"1.2.3\" extension=\"P-77\"/></order></inFulfillmentOf>"
    var serviceEvent = """
        <documentationOf><serviceEvent><id root="1.2.3" extension="DOS-1"/><effectiveTime>\
        <low value="202611200900+0100"/><high value="202611201700+0100"/></effectiveTime></serviceEvent></documentationOf>
        """
    var relation = ""
    var laboratory = """
        <componentOf><encompassingEncounter><responsibleParty><assignedEntity><representedOrganization>\
        <id root="1.2.250.1.71.4.2.2" extension="12B0000020"/><name>Laboratoire du Port</name>\
        <telecom value="tel:0495000002"/></representedOrganization></assignedEntity></responsibleParty>\
        </encompassingEncounter></componentOf>
        """
    /// Inside the laboratory act.
    var parts = SyntheticDocument.observation()
    var actStatus = "<statusCode code=\"completed\"/>"
    /// The narrative block of the chapter.
    var narrative = "<text><paragraph ID=\"p1\">Premier texte</paragraph></text>"
    /// Sections beside the chapter.
    var sections = ""
    /// All of the body, where it is not a chapter with one act.
    var body: String?

    var text: String {
        let chapter = """
            <structuredBody><component><section><templateId root="1.3.6.1.4.1.19376.1.3.3.2.1"/>\
            <code code="18725-2" codeSystem="2.16.840.1.113883.6.1"/>\(narrative)<entry typeCode="DRIV">\
            <templateId root="1.3.6.1.4.1.19376.1.3.1"/><act classCode="ACT" moodCode="EVN">\
            <code code="18725-2" displayName="Microbiologie" codeSystem="2.16.840.1.113883.6.1"/>\(actStatus)\(parts)</act>\
            </entry></section></component>\(sections)</structuredBody>
            """
        return """
            \(declaration)<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
            <id root="1.2.250.1.999" extension="DOC-1"/>\(type)<effectiveTime value="20261120170500+0100"/>\
            \(confidentiality)\(version)<recordTarget><patientRole>\(patientIDs)\(address)\(telecoms)<patient>\(names)\
            \(sex)\(birth)\(birthplace)</patient></patientRole></recordTarget><custodian><assignedCustodian>\
            <representedCustodianOrganization><id root="1.2.250.1.71.4.2.2" extension="12B0000020"/><name>Garde</name>\
            </representedCustodianOrganization></assignedCustodian></custodian>\(requester)\(sampler)\(placer)\
            \(serviceEvent)\(relation)\(laboratory)<component>\(body ?? chapter)</component></ClinicalDocument>
            """
    }

    var bytes: [UInt8] { Array(text.utf8) }

    /// A result link with one observation.
    static func observation(
        code: String = "<code code=\"94500-6\" displayName=\"SARS-CoV-2\" codeSystem=\"2.16.840.1.113883.6.1\"/>",
        status: String = "<statusCode code=\"completed\"/>",
        time: String = "<effectiveTime value=\"202611201500+0100\"/>",
        value: String =
            "<value xsi:type=\"CD\" code=\"10828004\" displayName=\"positif\" codeSystem=\"2.16.840.1.113883.6.96\"/>",
        attributes: String = "classCode=\"OBS\" moodCode=\"EVN\"", rest: String = "", link: String = "entryRelationship"
    ) -> String {
        "<\(link) typeCode=\"COMP\"><observation \(attributes)>\(code)\(status)\(time)\(value)\(rest)</observation></\(link)>"
    }

    /// A document with one value.
    static func valued(_ value: String) -> SyntheticDocument {
        var document = SyntheticDocument()
        document.parts = observation(value: value)
        return document
    }
}
