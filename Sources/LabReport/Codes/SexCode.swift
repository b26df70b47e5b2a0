/// Table 0001 as France has it (PID-8): what is outside of it goes on as it stands, and the laboratory is told.
enum SexCode {
    static let all: ShortCodes = ["F", "M", "U"]
}
