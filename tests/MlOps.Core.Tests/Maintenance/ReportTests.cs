using MlOps.Storage;

namespace MlOps.Maintenance;

[SetCulture("de-DE")]
public sealed class ReportTests
{
    private static readonly ArtifactPath s_churn = ArtifactPath.Parse("models/churn");

    [Test]
    public void A_garbage_report_lists_counts_and_the_first_records()
    {
        var report = new GarbageReport
        {
            Used = 1_200,
            Content = new GarbageCount(1_201, 5 << 20),
            Deleted = new GarbageCount(1, 1 << 19),
            Duration = TimeSpan.FromSeconds(2.5),
            RemovedCount = 2,
            Removed = [new GarbageItem(ArtifactPath.Parse("experiments/e/runs/1"), GarbageAction.RunPurged, size: null, "it was deleted")],
            Damaged = [Fault("It is damaged.")],
        };

        Assert.That(report.ToString().Split(Environment.NewLine), Is.EqualTo(
        [
            "Garbage collection, 2.5 s",
            "Content: 1,201 files (5.0 MiB); 1,200 files used",
            "Deleted: 1 file (0.5 MiB)",
            "Marked: 0 files (0.0 MiB)",
            "Waiting: 0 files (0.0 MiB)",
            "Kept: 0 files (0.0 MiB)",
            "Removed records: 2",
            "- RunPurged: experiments/e/runs/1 (it was deleted)",
            "- and 1 more",
            "Damaged records: 1",
            "- model 'churn': It is damaged.",
        ]));
    }

    [Test]
    public void A_dry_run_of_a_garbage_collection_is_distinguished()
    {
        var report = new GarbageReport { DryRun = true, Refusal = "Records are missing." };

        Assert.That(report.ToString(), Does.StartWith("Garbage collection (dry run), 0.0 s").And.Contain("To delete: 0 files (0.0 MiB)")
            .And.Contain("Refused: Records are missing."));
    }

    [Test]
    public void A_verification_report_lists_the_first_faults()
    {
        var report = new VerificationReport
        {
            Files = 3,
            Bytes = 3 << 20,
            FaultCount = 7,
            Faults = [.. Enumerable.Range(1, 7).Select(static number => Fault($"Fault {number}."))],
            Duration = TimeSpan.FromMinutes(90),
        };

        Assert.That(report.ToString().Split(Environment.NewLine), Is.EqualTo(
        [
            "Verified 3 files (3.0 MiB), 1:30:00",
            "Faults: 7",
            "- model 'churn': Fault 1.",
            "- model 'churn': Fault 2.",
            "- model 'churn': Fault 3.",
            "- model 'churn': Fault 4.",
            "- model 'churn': Fault 5.",
            "- and 2 more",
        ]));
    }

    [Test]
    public void A_repair_contains_its_kind_path_and_consequence()
    {
        var action = new RepairAction(RepairKind.TruncateLog, s_churn, "Two events are lost.");

        Assert.That(action.ToString().Split(Environment.NewLine), Is.EqualTo(["TruncateLog: models/churn", "  Two events are lost."]));
    }

    private static StoreFault Fault(string message) => new(s_churn, message, "model 'churn'");
}
