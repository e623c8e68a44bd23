namespace MlOps;

public sealed class OperationProgressTests
{
    [Test]
    public void Progress_with_known_totals_prints_items_bytes_and_rate()
    {
        var progress = new OperationProgress("transferring files", 3, 10, 5 << 20, 20 << 20, 12.5 * (1 << 20));

        Assert.That(progress.ToString(), Is.EqualTo("transferring files: 3 of 10, 5.0 of 20.0 MiB, 12.5 MiB/s"));
    }

    [Test]
    public void Progress_without_totals_prints_the_finished_items_and_the_detail()
    {
        var progress = new OperationProgress("copying artifacts", 7, detail: "2 copied");

        Assert.That(progress.ToString(), Is.EqualTo("copying artifacts: 7, 2 copied"));
    }
}
