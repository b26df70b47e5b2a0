import Durable
import NIOSSL

/// Certificates of a PEM file that a setting names.
enum CertificateFile {
    private static let limit = 4 << 20

    /// All of them, at least one. Whatever is no file is told as that, and not waited for.
    static func certificates(at path: String, setting: String) throws(CourierFailure) -> [NIOSSLCertificate] {
        let name = FileName.last(of: path)
        let bytes: [UInt8]
        do throws(DurableFailure) {
            bytes = try Disk.real.read(path, limit: limit)
        } catch {
            switch error {
            case .missing: throw .usage("\(setting): \(name) does not exist")
            case _ where error.isNoFile:
                throw .usage("\(setting): \(name) is not a file: a folder, a pipe or a device stands there")
            case .tooLarge: throw .usage("\(setting): \(name) is not a PEM file of certificates")
            default: throw .disk(error)
            }
        }
        guard !bytes.allSatisfy({ [0, 0x20, 0x0A, 0x0D].contains($0) }) else {
            throw .usage("\(setting): \(name) is blank: put it there once more from whoever gave it")
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes) else {
            throw .usage("\(setting): \(name) is not a PEM file of certificates")
        }
        guard !certificates.isEmpty else { throw .usage("\(setting): \(name) holds no certificate") }
        return certificates
    }
}
