import TransparencyLog

extension LogFailure {
    /// What happened and where, and what to do where something can be done, in French.
    var french: String {
        switch self {
        case .malformed(let what, let rule): "\(French.of(what)) : \(French.of(rule))"
        case .pastLimit(let what, let limit): "\(French.of(what)) : plus que la limite de \(limit)"
        case .unsigned(let reason): "état signé : pas signé par la clé attendue : \(French.of(reason))"
        case .otherOrigin: "état signé : d'un autre registre que celui de la clé"
        case .missing(let path): "\(path) manque au registre"
        case .badFile(let path, let rule): "\(path) : \(French.of(rule))"
        case .tileDoesNotMatchParent(let path): "\(path) : la tuile ne correspond pas à sa tuile mère"
        case .edgeDoesNotMatchRoot(let size):
            "les tuiles du bord droit ne donnent pas la racine de l'état signé (taille \(size))"
        case .entryDoesNotMatchTile(let index):
            "la feuille \(index) ne correspond pas à son empreinte dans la tuile"
        case .outOfRange(let what): "\(French.of(what)) est hors du registre, ou n'en fait plus partie"
        case .badProof(.inclusion): "la preuve d'inclusion ne tient pas"
        case .badProof(.consistency): "la preuve de cohérence ne tient pas"
        case .otherLeaf: "la preuve est celle d'une autre feuille que demandé"
        case .shrank(let seen, let present):
            "alarme : le registre avait \(seen) feuilles et en a \(present) : garder les deux états signés, demander à "
                + "son exploitant"
        case .forked(let size):
            "alarme : le registre ne contient pas l'arbre qu'il a signé à la taille \(size) : garder les deux états "
                + "signés comme preuve"
        case .discontinued(let refusal): "alarme : ce registre ne doit pas être continué : \(refusal.french)"
        case .broken: "un ajout précédent a échoué : rouvrir le registre avant d'ajouter"
        }
    }
}

extension LogContinuity.Refusal {
    /// What is wrong, with the sizes, and what to do, in French.
    var french: String {
        let successor = "restaurer une sauvegarde (pli-relay restore), ce qui commence un registre successeur"
        switch self {
        case .otherOrigin: return "l'état signé gardé à part est d'un autre registre : remettre le bon"
        case .shrank(let kept, let present):
            return
                "il avait \(kept) feuilles et en a \(present) : une vieille copie a été remise ; rapporter les fichiers "
                + "récents, ou \(successor)"
        case .forked(let size): return "il ne contient pas l'arbre signé à la taille \(size) : \(successor)"
        case .logLost(let kept):
            return "il avait \(kept) feuilles et son état signé a disparu : rapporter les fichiers, ou \(successor)"
        case .copyLost(let present):
            return "il a \(present) feuilles et l'état signé gardé à part a disparu : le rapporter, ou \(successor)"
        case .leavesLost(let sequenced, let present):
            return "il a publié \(present) feuilles et la base n'en connaît que \(sequenced) : une vieille base a été "
                + "remise ; \(successor)"
        }
    }

    /// One of each, with `French.anyNumber` for every number: others carry them as text.
    static let examples: [LogContinuity.Refusal] = {
        let number = Int64(French.anyNumber)
        return [
            .otherOrigin, .shrank(kept: number, present: number), .forked(size: number), .logLost(kept: number),
            .copyLost(present: number), .leavesLost(sequenced: number, present: number),
        ]
    }()
}
