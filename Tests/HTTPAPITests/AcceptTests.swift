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

    @Test(arguments: ["image/png", "text/html;level=1", "*/*;q=0", "*/*;q=0.000", "text/csv;q=nonsense"])
    func nothingIsChosenThatIsNotTaken(header: String) {
        #expect(Accept.choose(offered, header: header) == nil)
    }

    @Test(
        arguments: [
            "nan", "-nan", "nan(1)", "inf", "infinity", "1e999", "1e-1", "0x1p0", "-1", "+1", "2", "1.001", "1.5",
            "0.1234", ".5", "00", "01", "", ".", "-", "0.-1", "0.+1", "0.٣", "99999999999999999999",
        ]
    )
    func aWeightThatIsNoneCountsAsNought(weight: String) {
        #expect(Accept.choose(offered, header: "text/csv;q=\(weight)") == nil)
    }

    @Test(arguments: [
        ("1", "0.999"), ("1.", "0.9"), ("1.000", "0.999"), ("0.9", "0.899"), ("0.01", "0.009"), ("0.001", "0."),
    ])
    func weightsAreTellableToTheThousandth(more: String, less: String) {
        #expect(Accept.choose(offered, header: "text/csv;q=\(more), application/json;q=\(less)")?.name == "text/csv")
        #expect(
            Accept.choose(offered, header: "text/csv;q=\(less), application/json;q=\(more)")?.name == "application/json"
        )
    }
}
