import Courier
import Durable
import Exchange
import Inbox
import Outbox

/// The sealing keys of an installation, and what each is still needed for.
struct KeyNeeds {
    let installed: Installed
    let ring: SealingKeyRing
    /// In the order of the ring.
    let needs: [Need]

    /// Why a key must stay, or that it need not.
    enum Need: Equatable {
        /// Others seal to it, or this laboratory itself, from the agent's next start on.
        case newest
        /// Parcels sealed to it may come until then.
        case until(UTCTime)
        /// So many segments of the journal and the quarantine open with it.
        case segments(Int)
        /// Nothing is known of it here.
        case unknown
        /// No segment of this data folder is sealed to it. Whether it is the folder of always a person knows.
        case idle
        /// Nothing needs it any more.
        case over
    }

    /// Reads key files and data of the installation that a configuration file describes.
    init(config: String, now: UTCTime) async throws {
        try self.init(try await Installed(config: config), now: now)
    }

    init(_ installed: Installed, now: UTCTime) throws {
        self.installed = installed
        ring = try SealingKeyRing(paths: installed.agent.sealingKeyPaths)
        let newest = ring.newest?.publicKey
        let need: (String) -> Need
        switch installed {
        case .inbox(let configuration):
            let offered = try OfferedKeys.read(dataFolder: configuration.agent.dataFolder)
            need = { key in
                switch offered.need(of: key, at: now) {
                case .until(let end): .until(end)
                case .over: .over
                case .unknown: .unknown
                }
            }
        case .outbox(let configuration):
            let segments = try SegmentKeys.read(dataFolder: configuration.agent.dataFolder, ring: ring)
            need = { key in
                if let count = segments?.segments[key] { return .segments(count) }
                return segments?.isWhole == true ? .idle : .unknown
            }
        }
        needs = ring.entries.map { $0.publicKey == newest ? .newest : need($0.publicKey) }
    }

    /// Each key with its need.
    var all: [(entry: SealingKeyRing.Entry, need: Need)] { Array(zip(ring.entries, needs)) }
}

extension KeyNeeds.Need {
    /// For programs.
    var word: String {
        switch self {
        case .newest: "newest"
        case .until: "offered"
        case .segments: "segments"
        case .unknown: "unknown"
        case .idle: "idle"
        case .over: "over"
        }
    }

    var french: String {
        switch self {
        case .newest: "la plus récente : on scelle pour elle dès le prochain démarrage de l'agent"
        case .until(let end): "nécessaire jusqu'au \(end) : des plis scellés pour elle peuvent venir"
        case .segments(let count): "nécessaire : \(count) segment(s) du journal ou de la quarantaine"
        case .unknown:
            "inconnue ici : rien ne dit qu'elle ne sert plus (dossier de données absent ou incomplet, offre inconnue)"
        case .idle:
            "aucun segment de ce dossier de données n'en a besoin : pli key destroy NOM la détruit, s'il est bien le bon"
        case .over: "plus rien n'en a besoin : pli key destroy la détruit"
        }
    }

    var english: String {
        switch self {
        case .newest: "the newest: sealed to from the agent's next start on"
        case .until(let end): "needed until \(end): parcels sealed to it may come"
        case .segments(let count): "needed: \(count) segment(s) of the journal or the quarantine"
        case .unknown:
            "not known here: nothing says that it is of no use (data folder away or incomplete, offer unknown)"
        case .idle:
            "no segment of this data folder needs it: pli key destroy NAME destroys it, if that is the right folder"
        case .over: "nothing needs it any more: pli key destroy destroys it"
        }
    }
}
