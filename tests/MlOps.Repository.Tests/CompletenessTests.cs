using System.Reflection;
using System.Text.RegularExpressions;
using MlOps.Testing;

namespace MlOps;

public sealed partial class CompletenessTests
{
    private static readonly string[] s_sources =
    [
        "MlOps.AspNetCore", "MlOps.Core", "MlOps.Datasets.Tabular", "MlOps.Models.MLNet",
        "MlOps.Models.Onnx", "MlOps.Monitoring", "MlOps.Reports", "MlOps.Storage.AzureBlob", "MlOps.Storage.S3",
    ];
    private static readonly string[] s_tests =
    [
        "MlOps.Core.Tests", "MlOps.Models.MLNet.Tests", "MlOps.Models.Onnx.Tests", "MlOps.Storage.AzureBlob.Tests",
        "MlOps.Storage.S3.Tests", "MlOps.Testing.Tests", "MlOps.Tests.Conformance",
    ];

    [Test]
    public void Every_store_passes_every_suite_and_every_decorator_forwards_every_member() =>
        Assert.That(ConformanceCompleteness.FindFaults(s_sources.Select(Assembly.Load), s_tests.Select(Assembly.Load)), Is.Empty);

    [Test]
    public void No_package_is_omitted() =>
        Assert.That(
            Repository.Projects.Select(Path.GetFileNameWithoutExtension).Except(s_sources),
            Is.EquivalentTo(["MlOps.Abstractions", "MlOps.Testing"]));

    [Test]
    public void The_consumer_selects_existing_tests_of_the_contract()
    {
        var selected = TestName().Matches(Repository.Read("tests", "consumer", "run.sh")).Select(static match => match.Value).ToArray();

        Assert.That(selected, Has.Length.EqualTo(8));
        Assert.That(selected.Except(typeof(ArtifactStoreConformance).GetMethods().Select(static method => method.Name)), Is.Empty);
    }

    [GeneratedRegex(@"\b[A-Z][a-z0-9]*(_[a-z0-9]+){2,}")]
    private static partial Regex TestName();
}
