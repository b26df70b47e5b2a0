extension French {
    /// What `LabReport` says of a directory's routes and profiles.
    static let routes: [FrenchPhrase] = [
        .init("route {}: {words}", "route {1} : {2}"),
        .init("profile {}: {words}", "profil {1} : {2}"),
        .init("bundle, {}: {words}", "Bundle, {1} : {2}"),
        .init("not a JSON object", "ce n'est pas un objet JSON"),
        .init(
            "unknown member \"{name}\"; remove it or correct its name",
            "membre \"{1}\" inconnu ; l'enlever ou corriger son nom"),
        .init("member \"{name}\" is missing", "le membre \"{1}\" manque"),
        .init("member \"{name}\" has the wrong type", "le membre \"{1}\" n'est pas du bon type"),
        .init("member \"{name}\" stands twice", "le membre \"{1}\" est là deux fois"),
        .init("\"{name}\" must be {words}", "\"{1}\" doit être {2}"),
        .init("\"{name}\" is empty: leave it out or fill it", "\"{1}\" est vide : l'enlever ou le remplir"),
        .init("\"{name}\" lists a value twice", "\"{1}\" a deux fois la même valeur"),
        .init("this id is used twice", "cet id sert deux fois"),
        .init("there is no profile \"{name}\"", "il n'y a pas de profil \"{1}\""),
        .init("an element that this version does not know", "un élément que cette version ne connaît pas"),
        .init("the value has not the form required", "la valeur n'a pas la forme demandée"),
        .init("one of {name}", "l'un de {1}"),
        .init("{} to {}", "de {1} à {2}"),
        .init(
            "1 to 63 of a-z, 0-9 and -, no - at either end",
            "de 1 à 63 caractères a-z, 0-9 et -, sans - au début ni à la fin"),
        .init("a list of known fields; \"{name}\" is none", "une liste de champs connus ; \"{1}\" n'en est pas un"),
        .init(
            "a participant's id, in which {region} may stand once",
            "l'id d'un participant, où {region} peut être une fois"),
        .init("codes of regions; \"{name}\" is none", "des codes de régions ; \"{1}\" n'en est pas un"),
        .init(
            "LOINC codes with the right check digit; \"{name}\" is none",
            "des codes LOINC avec la bonne clé ; \"{1}\" n'en est pas un"),
        .init(
            "one of \"codes\", \"codeSet\" and \"anyCode\" must be there",
            "il faut l'un de \"codes\", \"codeSet\" et \"anyCode\""),
        .init(
            "\"anyCode\" is true or absent, and excludes \"codes\" and \"codeSet\"",
            "\"anyCode\" est true ou absent, et exclut \"codes\" et \"codeSet\""),
        .init(
            "\"from\" is for routes whose \"kinds\" is file alone",
            "\"from\" n'est que pour les routes dont \"kinds\" est file seul"),
        .init(
            "a raw file is not looked into: its route has \"kinds\" file alone, \"from\" and \"to\", and neither "
                + "analyses nor a profile",
            "on ne regarde pas dans un fichier brut : sa route a \"kinds\" file seul, \"from\" et \"to\", et ni analyses ni "
                + "profil"),
        .init("ids of participants; \"{name}\" is none", "des ids de participants ; \"{1}\" n'en est pas un"),
        .init("{region} and \"regions\" need \"territory\"", "{region} et \"regions\" demandent \"territory\""),
        .init(
            "its codes are of a disease notified under a code (HIV, hepatitis B) and profile \"{name}\" names the person: "
                + "give it a profile without names, numbers, address and free text",
            "ses codes sont ceux d'une maladie déclarée sous un code (VIH, hépatite B) et le profil \"{1}\" nomme la "
                + "personne : lui donner un profil sans noms, numéros, adresse ni texte libre"),
        .init(
            "its results may be of a disease notified under a code (HIV, hepatitis B), and route \"{name}\" names the "
                + "person to the same recipient: both profiles list {name}, which leads from one to the other; take it "
                + "out of one",
            "ses résultats peuvent être d'une maladie déclarée sous un code (VIH, hépatite B), et la route \"{1}\" "
                + "nomme la personne au même destinataire : les deux profils portent {2}, qui mène de l'un à l'autre ; "
                + "l'ôter de l'un"),
    ]
}
