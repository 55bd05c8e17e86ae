import Events

extension FactType {
    private static let allocatedFee = FactReference("allocations/*/feeId", .fee)

    /// Fees and payments.
    static let finance: [FactType] = [
        FactType(Institution.FeeCharged.self, .fee, ["feeId"], from: [.absent], branch, student, course),
        FactType(Institution.FeeWaived.self, .fee, ["feeId"], from: [.active], student),
        FactType(Institution.FeeCancelled.self, .fee, ["feeId"], from: [.active], to: .ended, student),
        FactType(
            Institution.PaymentProcessed.self,
            .payment,
            ["paymentId"],
            from: [.absent],
            branchOnce,
            student,
            allocatedFee
        ),
        FactType(
            Institution.PaymentFailed.self,
            .payment,
            ["paymentId"],
            from: [.absent],
            to: .ended,
            branchOnce,
            student
        ),
        FactType(Institution.PaymentRefunded.self, .payment, ["paymentId"], from: [.active], allocatedFee),
    ]
}
