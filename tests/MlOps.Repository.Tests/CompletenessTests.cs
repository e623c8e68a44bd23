using System.Reflection;
using MlOps.Testing;

namespace MlOps;

public sealed class CompletenessTests
{
    private static readonly string[] s_sources =
    [
        "MlOps.AspNetCore", "MlOps.Core", "MlOps.Datasets.Tabular", "MlOps.Models.MLNet",
        "MlOps.Models.Onnx", "MlOps.Reports", "MlOps.Storage.AzureBlob", "MlOps.Storage.S3",
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
    public void No_package_is_left_out_of_that() =>
        Assert.That(
            Repository.Projects.Select(Path.GetFileNameWithoutExtension).Except(s_sources),
            Is.EquivalentTo(["MlOps.Abstractions", "MlOps.Testing"]));
}
