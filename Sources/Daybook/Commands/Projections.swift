import ArgumentParser

struct Projections: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after the read models: the tables that the log gives.",
        subcommands: [
            ProjectionsStatus.self, ProjectionsRebuild.self, ProjectionsCheck.self, ProjectionsResume.self,
        ]
    )
}
