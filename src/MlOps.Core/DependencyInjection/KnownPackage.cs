namespace MlOps.DependencyInjection;

/// <summary>A package of the library whose section Core recognizes without a reference to it, because several programs may share one settings file.</summary>
/// <param name="Path">The path of the section below <c>MlOps</c>.</param>
/// <param name="Name">The name of the package.</param>
/// <param name="Call">The method that registers the package.</param>
internal sealed record KnownPackage(string Path, string Name, string Call)
{
    /// <summary>Gets a value indicating whether each served model may have such a section.</summary>
    public bool IsPerModel { get; private init; }

    public static IReadOnlyList<KnownPackage> All { get; } =
    [
        new("Storage:S3", "MlOps.Storage.S3", "AddS3Storage"),
        new("Storage:AzureBlob", "MlOps.Storage.AzureBlob", "AddAzureBlobStorage"),
        new("Datasets:Csv", "MlOps.Datasets.Tabular", "AddTabularDatasets"),
        new("Onnx", "MlOps.Models.Onnx", "AddOnnxModels") { IsPerModel = true },
        new("MLNet", "MlOps.Models.MLNet", "AddMLNetModels"),
        new("Monitoring", "MlOps.Monitoring", "AddMonitoring") { IsPerModel = true },
        new("Alerts", "MlOps.Monitoring", "AddMonitoring"),
    ];
}
