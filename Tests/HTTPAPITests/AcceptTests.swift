import Testing

@testable import HTTPAPI

/// The choice of a format (RFC 9110, section 12.5.1).
@Suite struct AcceptTests {
    private let offered = [MediaType.json, .ndjson, .csv]

    @Test(
        arguments: [
            (nil, "application/json"), ("*/*", "application/json"), ("", "application/json"),
            ("text/csv", "text/csv"), ("text/*", "text/csv"), ("TEXT/CSV", "text/csv"),
            ("text/csv;q=0.5, application/x-ndjson;q=0.8", "application/x-ndjson"),
            ("text/csv , */*;q=0.1", "text/csv"), ("application/json;q=0, */*", "application/x-ndjson"),
            ("application/*;q=0.2, text/csv;q=0.1", "application/json"), ("text/html, */*;q=0.8", "application/json"),
        ] as [(String?, String)]
    )
    func theBestOfWhatIsOnOfferIsChosen(header: String?, expected: String) {
        #expect(Accept.choose(offered, header: header)?.name == expected)
    }

    @Test(arguments: ["image/png", "text/html;level=1", "*/*;q=0", "text/csv;q=nonsense"])
    func nothingIsChosenThatIsNotTaken(header: String) {
        #expect(Accept.choose(offered, header: header) == nil)
    }
}
