namespace MlOps.Testing.Tests;

public sealed class TestGateTests
{
    [Test]
    public async Task Gate_is_reached_by_the_expected_number_of_callers_and_releases_them_when_opened()
    {
        var gate = new TestGate(arrivals: 3);

        var waiting = Enumerable.Range(0, 2).Select(_ => gate.PassAsync(CancellationToken.None)).ToList();
        Assert.That(gate.Reached.IsCompleted, Is.False);
        waiting.Add(gate.PassAsync(CancellationToken.None));
        Assert.That(gate.Reached.IsCompleted, Is.True);

        Assert.That(waiting.Select(static one => one.IsCompleted), Has.All.False);
        gate.Open();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Test]
    public void Gate_is_reached_by_the_first_caller()
    {
        var gate = new TestGate();

        gate.Open();
        _ = gate.PassAsync(CancellationToken.None);

        Assert.That(gate.Reached.IsCompleted, Is.True);
    }
}
