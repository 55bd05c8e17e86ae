/// What people and branches of the demo are called.
enum DemoNames {
    static let branches = [
        "harbour", "meadow", "hillside", "riverside", "orchard", "lakeview", "northgate", "southfield", "mill",
        "station", "forest", "castle",
    ]

    static let given = [
        "Ada", "Amara", "Anton", "Aylin", "Bao", "Bruno", "Carla", "Chidi", "Dalia", "Daniel", "Elif", "Emil", "Esther",
        "Farid", "Fiona", "Giulia", "Hana", "Henrik", "Ines", "Ivan", "Jamal", "Jana", "Kofi", "Lara", "Leon", "Lin",
        "Malik", "Marta", "Mei", "Milan", "Nadia", "Noah", "Olga", "Omar", "Paula", "Pedro", "Priya", "Rafael", "Rosa",
        "Samir", "Sofia", "Tariq", "Teresa", "Uma", "Viktor", "Wanda", "Yara", "Yusuf", "Zeno", "Zoe",
    ]

    static let family = [
        "Adeyemi", "Almeida", "Arslan", "Becker", "Bianchi", "Castro", "Costa", "Dahl", "Dubois", "Eriksen", "Fischer",
        "Garcia", "Haddad", "Horvat", "Ito", "Jansen", "Kaya", "Khan", "Kim", "Kowalski", "Larsen", "Lopez", "Mbeki",
        "Meyer", "Moreau", "Nakamura", "Ndiaye", "Novak", "Okafor", "Olsen", "Park", "Patel", "Petrov", "Popescu",
        "Reyes", "Ricci", "Rossi", "Santos", "Schmidt", "Silva", "Singh", "Svensson", "Tanaka", "Tran", "Varga",
        "Weber", "Wong", "Yilmaz", "Zhang", "Zimmer",
    ]
}
