using System.Reflection;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps;

public sealed class TestCategoryTests
{
    /// <summary>The assemblies whose fixtures run side by side.</summary>
    private static readonly string[] s_parallel = ["tests/MlOps.Core.Tests", "tests/MlOps.Storage.AzureBlob.Tests", "tests/MlOps.Storage.S3.Tests"];

    private static readonly string[] s_processWide =
    [
        "Environment.SetEnvironmentVariable(", "Environment.CurrentDirectory =", "Directory.SetCurrentDirectory(", "new ActivityListener",
        "new MeterListener", "GC.GetTotalMemory(", "Console.SetOut(", "Console.SetError(",
    ];

    [Test]
    public void A_fixture_that_changes_or_observes_the_whole_process_runs_alone()
    {
        var beside = s_parallel.SelectMany(Repository.SourceFiles)
            .Where(static file => File.ReadAllText(file) is var text
                && Array.Exists(s_processWide, text.Contains) && !text.Contains("[NonParallelizable]", StringComparison.Ordinal));

        Assert.That(beside, Is.Empty, "Mark the fixture with [NonParallelizable], because others run beside it.");
    }

    [Test]
    public void Every_fixture_that_needs_a_server_names_it()
    {
        var nameless = TestSuites.Fixtures
            .Where(static fixture => TestSuites.IsIn(fixture, "Backend") || TestSuites.TestsOf(fixture).Any(static test => TestSuites.IsIn(test, "Backend")))
            .Where(static fixture => !TestSuites.TestsOf(fixture).Append<MemberInfo>(fixture)
                .Any(static member => member.IsDefined(typeof(RequiresServerAttribute), inherit: true)));

        Assert.That(
            nameless, Is.Empty, "Replace [Category(\"Backend\")] by [RequiresServer(\"moto\")], so that the fixture is one skipped test without the server.");
    }

    [Test]
    public void Every_soak_test_does_less_by_default()
    {
        var count = typeof(Soak).GetMethod(nameof(Soak.Count))!;
        var soak = TestSuites.Fixtures
            .SelectMany(static fixture => TestSuites.TestsOf(fixture).Where(test => TestSuites.IsIn(test, "Soak") || TestSuites.IsIn(fixture, "Soak")))
            .DistinctBy(static test => (test.Module, test.MetadataToken))
            .ToArray();

        var always = soak.Where(test => !new CallGraph(count).IsReachedFrom(test)).Select(static test => $"{test.DeclaringType!.Name}.{test.Name}");

        Assert.That(soak, Is.Not.Empty);
        Assert.That(always, Is.Empty, "A test of the category Soak takes its counts from Soak.Count.");
    }

    [Test]
    public void A_test_that_does_not_reduce_is_found()
    {
        var test = typeof(TestCategoryTests).GetMethod(nameof(Every_fixture_that_needs_a_server_names_it))!;

        Assert.That(new CallGraph(typeof(Soak).GetMethod(nameof(Soak.Count))!).IsReachedFrom(test), Is.False);
    }
}
