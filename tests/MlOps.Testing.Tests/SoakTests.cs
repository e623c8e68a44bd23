namespace MlOps.Testing.Tests;

public sealed class SoakTests
{
    [TestCase(null, 10)]
    [TestCase("", 10)]
    [TestCase("full", 1_000)]
    public void Count_is_reduced_unless_the_setting_is_full(string? setting, int expected) =>
        Assert.That(Soak.Count(reduced: 10, full: 1_000, setting), Is.EqualTo(expected));

    [Test]
    public void Another_setting_is_rejected_with_the_value_and_the_remedy() =>
        Assert.That(
            () => Soak.Count(reduced: 10, full: 1_000, "ful"),
            Throws.InvalidOperationException.With.Message.Contains("'ful'").And.Message.Contains("'full'"));
}
