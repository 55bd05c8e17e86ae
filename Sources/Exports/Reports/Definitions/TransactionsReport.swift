extension ExportReport {
    /// The plan's exportTransactionHistoryToExcel.
    static let transactions = ExportReport(
        "transactions",
        "Transactions",
        "Every movement of money: what is owed more is positive, what is owed less is negative.",
        from: ["finance"],
        rows: .ofBranches(permission: "institution.transactions:read"),
        key: ["position"],
        sort: ["position"],
        day: "day",
        [
            ExportColumn("position", .integer),
            ExportColumn("day", .day),
            ExportColumn("occurredAt", .timestamp),
            ExportColumn("recordedAt", .timestamp, isUsual: false),
            ExportColumn("branchId", title: "Branch ID"),
            ExportColumn("kind"),
            ExportColumn("studentId", title: "Student ID"),
            ExportColumn("userId", title: "User ID", isUsual: false),
            ExportColumn("feeId", title: "Fee ID"),
            ExportColumn("paymentId", title: "Payment ID"),
            ExportColumn("currency"),
            .money("amount"),
            ExportColumn("transactionId", title: "Transaction ID", isUsual: false),
        ]
    )
}
