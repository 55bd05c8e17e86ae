extension Resource {
    static let finance: [Resource] = [fees, payments, transactions]

    private static let amount = ResourceColumn(
        "amount",
        .integer,
        "In the currency's minor unit",
        use: [.filter, .sort]
    )
    private static let currency = ResourceColumn("currency", .text, "ISO 4217", use: .filter)

    private static let fees = Resource(
        "fees",
        "Fee",
        "What is owed for a student.",
        in: "finance",
        of: [.fee, .payment],
        key: ["feeId"],
        [
            .id("feeId", "The fee"),
            .id("studentId", "The student"),
            .id("courseId", "The course"),
            branch,
            ResourceColumn("kind", .text, "What it is for", use: .filter),
            amount,
            currency,
            ResourceColumn("waived", .sum, "How much of it was waived"),
            ResourceColumn("paid", .sum, "How much was paid for it, refunds taken off"),
            ResourceColumn(
                "balance",
                .sum,
                "How much is owed; below zero where too much was paid",
                use: [.filter, .sort]
            ),
            .choice("status", ["open", "partly-settled", "settled", "cancelled"], "How it stands"),
            .day("dueOn", "The day by which it is to be paid"),
            .personal("note", "What is to be known about it"),
        ]
    )

    private static let payments = Resource(
        "payments",
        "Payment",
        "Money that came in, or did not.",
        in: "finance",
        of: [.payment],
        key: ["paymentId"],
        [
            .id("paymentId", "The payment"),
            .id("userId", "Who paid"),
            .id("studentId", "Whom it is paid for"),
            branch,
            amount,
            currency,
            ResourceColumn("refunded", .sum, "How much was paid back"),
            .choice("status", ["received", "failed", "partly-refunded", "refunded"], "How it stands"),
            ResourceColumn("method", .text, "How it was paid", use: .filter),
            ResourceColumn("failure", .text, "Why it failed", column: "failed", use: .filter),
            ResourceColumn("allocations", .json, "Which fees it is for"),
            .personal("payerName", "Who paid, as it is written on the payment"),
            .personal("note", "What is to be known about it"),
        ]
    )

    private static let transactions = Resource(
        "transactions",
        "Transaction",
        "A movement of money: what is owed more is positive, what is owed less is negative.",
        in: "finance",
        of: [.fee, .payment],
        key: ["transactionId"],
        defaultSort: "position",
        history: false,
        [
            .id("transactionId", "The event's id"),
            branch,
            .choice("kind", ["fee", "waiver", "cancellation", "payment", "refund"], "What moved"),
            .id("studentId", "The student"),
            .id("userId", "Who paid"),
            .id("feeId", "The fee"),
            .id("paymentId", "The payment"),
            ResourceColumn("amount", .sum, "In the currency's minor unit", use: [.filter, .sort]),
            currency,
            ResourceColumn(
                "recordedAt",
                .timestamp,
                "When it was recorded",
                column: "created_at",
                use: [.filter, .sort]
            ),
        ]
    )
}
