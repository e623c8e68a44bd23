using MlOps.Maintenance;
using MlOps.Storage;

namespace MlOps.Migration;

[SetCulture("de-DE")]
public sealed class MigrationReportTests
{
    [Test]
    public void A_report_lists_counts_and_the_first_faults()
    {
        var report = new MigrationReport
        {
            CopiedArtifacts = 1_200,
            CopiedBytes = 3 << 19,
            UnchangedArtifacts = 5,
            DeletedArtifacts = 1,
            VerifiedArtifacts = 1_204,
            FaultCount = 1,
            Faults = [new StoreFault(ArtifactPath.Parse("models/churn"), "It is damaged.")],
            Duration = TimeSpan.FromSeconds(61),
        };

        Assert.That(report.ToString().Split(Environment.NewLine), Is.EqualTo(
        [
            "Migration, 0:01:01: not complete",
            "Copied: 1,200 artifacts (1.5 MiB)",
            "Unchanged: 5; deleted at the source: 1; verified: 1,204",
            "Faults: 1",
            "- models/churn: It is damaged.",
        ]));
    }

    [Test]
    public void A_dry_run_is_distinguished() => Assert.That(
        new MigrationReport { DryRun = true }.ToString(), Does.StartWith("Migration (dry run), 0.0 s: complete").And.Contain("To copy: 0 artifacts (0.0 MiB)"));
}
