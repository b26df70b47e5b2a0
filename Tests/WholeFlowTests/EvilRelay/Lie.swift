/// The lies of a relay, each in the words of docs/alarms.md, behind "the relay …".
///
/// It is the real relay with its operator's powers: its log's key, its disk, every note and body that ever passed. It has
/// neither the root holders' keys nor those of a participant, but where a lie says so.
enum Lie: String, CaseIterable, Sendable {
    // What it says of the directory.
    case oldDirectory = "serves a directory older than the newest one known"
    case strangersDirectory = "serves a next directory that strangers signed"
    case underSignedDirectory = "serves a next directory that too few holders signed"
    case flippedDirectory = "changes a byte of the next directory"
    case forkedDirectory = "serves another directory of the version known (with k root keys)"
    case skippedDirectory = "serves the directory after the next one in its place (with k root keys)"
    case unchainedDirectory = "serves a next directory that does not follow the one known (with k root keys)"
    case withheldDirectory = "withholds a directory that others have"
    case frozenDirectory = "withholds every directory until the one known has expired"

    // What it says of keys.
    case impostorsKeys = "serves keys of its own making in another's name"
    case flippedKeys = "changes a byte of a keys note"
    case hiddenKeys = "hides a recipient's keys note"
    case oldKeys = "serves an older keys note than the one known"
    case frozenKeys = "withholds a recipient's new keys until the old ones have expired"

    // What it does with uploads.
    case acceptedAndDropped = "answers an upload as accepted and keeps nothing"
    case foreignProof = "proves another parcel's acceptance"
    case flippedProof = "changes a byte of a proof"
    case rejectedParcel = "rejects a good parcel"
    case rejectedTaken = "takes a parcel and answers that it rejects it"
    case halfUpload = "counts more bytes of an upload than there are"

    // What it shows of parcels.
    case withheldParcel = "withholds a parcel and shows the next one"
    case withheldAll = "withholds every parcel"
    case deliveredTwice = "shows parcels again that were answered"
    case replayedLater = "shows parcels again when their recipient has forgotten them"
    case othersParcel = "shows a parcel that is for another"
    case flippedManifest = "changes a byte of a manifest"
    case otherID = "shows a manifest under another parcel's id"
    case swappedBodies = "serves one parcel's body for another's"
    case flippedBody = "changes a byte of a body, every time"
    case flippedOnce = "changes a byte of a body, once"
    case cutBody = "ends every body early"
    case unprovenParcel = "shows a parcel that its log does not prove"

    // What it does with receipts.
    case forgedReceipt = "signs a receipt in the recipient's name with keys of its own making"
    case othersReceipt = "shows the receipt of another parcel"
    case flippedReceipt = "changes a byte of a receipt"
    case inventedReceipt = "shows a receipt on a parcel that was never sent"
    case withheldReceipts = "withholds every receipt"
    case repeatedReceipts = "shows receipts again"
    case skippedReceipts = "moves a sender's cursor past its receipts"
    case droppedReceipt = "answers a receipt as taken and drops it"
    case unwantedReceipt = "answers that the parcel of a receipt is not there"

    // What it shows of the log.
    case rolledBackLog = "goes back to an old copy of its log"
    case frozenLog = "shows its log as it was"
    case forkedLog = "goes on with another log than the one shown"
    case splitView = "shows two ends two logs"
    case otherLogKey = "signs its log with another key"
    case flippedCheckpoint = "changes a byte of a checkpoint"
    case flippedTile = "changes a byte of a tile"
    case hiddenTiles = "hides the tiles of its log"

    /// How the days go on which it is told.
    enum Scene: Sendable {
        /// Two honest days, then two on which it is told.
        case usual
        /// It is told from the first hour on.
        case fromTheStart
        /// One honest day, then it is told.
        case fromTheSecondDay
        /// The third day comes when the second day's directory has expired.
        case frozen
        /// The third day comes when parcels are forgotten.
        case longAfter
        /// Sealing keys have been renewed, and are to be renewed again.
        case renewal
    }

    var scene: Scene {
        switch self {
        case .impostorsKeys, .flippedKeys, .hiddenKeys: .fromTheStart
        case .frozenLog, .splitView: .fromTheSecondDay
        case .frozenDirectory: .frozen
        case .replayedLater: .longAfter
        case .oldKeys, .frozenKeys: .renewal
        default: .usual
        }
    }

    /// Whether the victim believed in another log, so that a person has to say which one holds.
    var staysUntilAPersonActs: Bool { self == .splitView }

    /// Whether some parcel ends otherwise than delivered, for good: refused by its recipient, or rejected.
    var partsForGood: Bool {
        switch self {
        case .swappedBodies, .flippedBody, .rejectedParcel: true
        default: false
        }
    }
}
