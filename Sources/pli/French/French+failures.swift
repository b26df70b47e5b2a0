import Age
import Courier
import Durable
import Exchange
import Inbox
import Notes
import Outbox
import TransparencyLog

extension French {
    /// Failures that others carry as text, as log lines and answers of a relay do: said as their own French says them.
    ///
    /// None of the examples may ask for `French.of`: these phrases are what that is made of.
    static let failures: [FrenchPhrase] = {
        var all: [FrenchPhrase] = []
        for failure in AgeFailure.examples { all.append(.init(of: failure.description, failure.french)) }
        for failure in NoteFailure.examples { all.append(.init(of: failure.description, failure.french)) }
        for failure in ExchangeFailure.examples { all.append(.init(of: failure.description, failure.french)) }
        for refusal in LogContinuity.Refusal.examples { all.append(.init(of: refusal.description, refusal.french)) }
        for alarm in TrustAlarm.examples { all.append(.init(of: alarm.description, alarm.french)) }
        for failure in OutboxFailure.examples { all.append(.init(of: failure.description, failure.french)) }
        for failure in InboxFailure.examples { all.append(.init(of: failure.description, failure.french)) }
        for rule in KeysRule.allCases { all.append(.init(rule.words, rule.french)) }
        for rule in DirectoryRule.allCases { all.append(.init(rule.words, rule.french)) }
        for rule in ParcelRule.allCases { all.append(.init(rule.words, rule.french)) }
        for rule in ReceiptRule.allCases { all.append(.init(rule.words, rule.french)) }
        for type in ProblemType.allCases {
            let title = type.title.prefix(1).lowercased() + type.title.dropFirst()
            all.append(.init(type.title, type.french))
            all.append(.init(title, type.french))
            all.append(.init("\(title): {words}", "\(type.french) : {1}"))
        }
        for fault in StoreFault.allCases { all.append(.init(fault.words, fault.french)) }
        return all + steps + disk + carriers
    }()

    /// A number that stands for any other in an example of a failure.
    static let anyNumber = 987_654_321

    /// The longest words first: "making the folder" begins with "making".
    private static let stepsByLength = DiskStep.allCases.sorted { $0.words.count > $1.words.count }

    private static let steps: [FrenchPhrase] = stepsByLength.flatMap { step -> [FrenchPhrase] in
        [
            .init("\(step.words) {name} failed: {words}", "\(step.french) {1} : impossible, {2}"),
            .init(
                "no room left on the disk (\(step.words) {name}): free some space",
                "plus de place sur le disque (\(step.french) {1}) : en libérer"),
        ]
    }

    private static let disk: [FrenchPhrase] = [
        .init(
            "the disk did not confirm a write to {name} ({words}): stop, check the disk, start again; "
                + "nothing unconfirmed is relied on",
            "le disque n'a pas confirmé une écriture dans {1} ({2}) : arrêter, vérifier le disque, relancer ; rien de "
                + "non confirmé n'est tenu pour acquis"),
        .init("{name} is larger than the {} bytes accepted here", "{1} dépasse les {2} octets acceptés ici"),
        .init(
            "{name} is damaged or not a file of ours: stop, keep the folder as it is, and put back the newest copy of the whole folder; "
                + "whoever removes it loses what it holds",
            "{1} est abîmé ou n'est pas un fichier de Pli : arrêter, garder le dossier tel quel, et remettre la dernière copie du dossier "
                + "entier ; qui l'enlève perd ce qu'il contient"),
        .init(
            "{name} is in use by another process: stop that one first",
            "un autre programme utilise {1} : l'arrêter d'abord"),
        .init(
            "a slot of {name} that cannot exist was asked for",
            "une case de {1} qui ne peut pas exister a été demandée"),
        .init("{} does not exist", "{1} n'existe pas"),
    ]

    private static let carriers: [FrenchPhrase] = [
        .init("the relay cannot be reached: {words}", "le relais est injoignable : {1}"),
        .init("the relay refuses: {words}", "le relais refuse : {1}"),
        .init(
            "the relay has no room for this parcel now; it is kept here and sent later",
            "le relais n'a pas de place pour ce pli maintenant ; il est gardé ici et envoyé plus tard"),
        .init("the relay does not follow the protocol: {words}", "le relais ne suit pas le protocole : {1}"),
        .init(
            "the fetched body is not the one its manifest describes: {words}",
            "le corps reçu n'est pas celui que décrit son manifeste : {1}"),
        .init("the body cannot be opened: {words}", "le corps ne s'ouvre pas : {1}"),
        .init("what is inside does not belong to this parcel: {words}", "le contenu n'appartient pas à ce pli : {1}"),
        .init("what is inside cannot be read: {words}", "le contenu ne se lit pas : {1}"),
        .init("cancelled; nothing is lost", "interrompu ; rien n'est perdu"),
        .init(
            "a directory that the root holders did not sign ({words}): ask them and the relay's operator",
            "un annuaire que les détenteurs des clés racines n'ont pas signé ({1}) : leur demander, et à l'exploitant du relais"
        ),
        .init(
            "directory {} breaks a rule that binds its signers too ({words}): ask the holders of the root keys",
            "l'annuaire {1} enfreint une règle qui lie aussi ses signataires ({2}) : demander aux détenteurs des clés racines"
        ),
        .init(
            "this machine's clock is {name} ahead of the relay's: set the one that is wrong (NTP); nothing is lost",
            "l'horloge de cette machine avance de {1} sur celle du relais : régler celle qui est fausse (NTP) ; rien n'est perdu"
        ),
        .init(
            "this machine's clock is {name} behind the relay's: set the one that is wrong (NTP); nothing is lost",
            "l'horloge de cette machine retarde de {1} sur celle du relais : régler celle qui est fausse (NTP) ; rien n'est "
                + "perdu"),
        .init(
            "the relay's log does not verify: {words}; ask its operator",
            "le registre du relais ne se vérifie pas : {1} ; demander à son exploitant"),
        .init(
            "the relay has no proof that its log has the acceptance of parcel {}: ask its operator",
            "le relais n'a pas de preuve que son registre porte l'acceptation du pli {1} : demander à son exploitant"),
        .init(
            "the receipt on parcel {} is not in the log where the relay says it is: ask its operator",
            "l'accusé du pli {1} n'est pas au registre là où le relais le dit : demander à son exploitant"),
        .init("the log must not go on: {words}", "ce registre ne doit pas être continué : {1}"),
        .init(
            "keys note of {}: not the signing keys that the directory names",
            "note de clés de {1} : ce ne sont pas les clés de signature que dit l'annuaire"),
        .init("the file cannot be read: {words}", "le fichier ne peut pas être lu : {1}"),
        .init("the configuration is wrong: {list}", "la configuration est à corriger : {1}"),
        .init(
            "the outbox's database breaks its own rule ({words}): stop and restore it",
            "la base de l'outbox enfreint sa propre règle ({1}) : arrêter et la restaurer"),
        .init(
            "the directory's routes or profiles cannot be applied: {words}",
            "les routes ou les profils de l'annuaire ne peuvent pas être appliqués : {1}"),
        .init(
            "the directory's routes cannot be read: {words}: is this version too old for them?",
            "les routes de l'annuaire ne se lisent pas : {1} : cette version est-elle trop ancienne ?"),
        .init("the outbox's database failed (SQLite {}): {words}", "la base de l'outbox a échoué (SQLite {1}) : {2}"),
        .init("the inbox's database failed (SQLite {}): {words}", "la base de l'inbox a échoué (SQLite {1}) : {2}"),
        .init("sink: {words}", "dossier de réception : {1}"),
        .init("data folder: {words}", "dossier de données : {1}"),
        .init(
            "the inbox contradicts itself ({words}): stop it and restore its data folder",
            "l'inbox se contredit ({1}) : l'arrêter et restaurer son dossier de données"),
        .init(
            "a manifest that the sender it names did not sign as it must ({words}): ask the relay's operator",
            "un manifeste que l'expéditeur nommé n'a pas signé comme il faut ({1}) : demander à l'exploitant du relais"),
    ]
}

extension FrenchPhrase {
    /// The phrase of which a failure's two texts are an example: both name their numbers in one order.
    fileprivate init(of english: String, _ french: String) {
        let number = String(French.anyNumber)
        func open(_ text: String, _ slot: (Int) -> String) -> String {
            let pieces = text.split(separator: number, omittingEmptySubsequences: false)
            return pieces.enumerated().map { $0.offset == 0 ? String($0.element) : slot($0.offset) + $0.element }
                .joined()
        }
        self.init(open(english) { _ in "{}" }, open(french) { "{\($0)}" })
    }
}
