import Courier

extension TrustAlarm {
    /// What to do, where that is more than the alarm itself says.
    var remedy: CommandFailure.Said? {
        switch self {
        case .unknownParticipant:
            .init(
                french: "faites-le inscrire par les détenteurs des clés racines ou le registraire (pli directory add)",
                english: "have it entered by the holders of the root keys or the registrar (pli directory add)")
        case .otherLog:
            .init(
                french:
                    "relay.logKey, s'il est réglé, est-il la clé que le relais affiche ? Après une restauration du relais : pli log "
                    + "accept, avec la clé lue au téléphone ; sinon appelez la sécurité",
                english:
                    "relay.logKey, where it is set: is it the key that the relay prints? After a restore of the relay: pli log accept, "
                    + "with the key read over the telephone; else call security"
            )
        default: nil
        }
    }
}
