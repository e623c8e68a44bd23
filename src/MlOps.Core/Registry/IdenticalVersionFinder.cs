using System.Text.Json;
using MlOps.Datasets;
using MlOps.Documents;
using MlOps.Models;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>Finds the versions of a model that are identical to a registration.</summary>
/// <remarks>
/// The finder compares files, examples, format, signature, metrics, parameters, datasets and source, and the commit if the registration has one. It ignores
/// the run, the author and other metrics, which differ each time, and tags, texts and resources, which can be changed later.
/// </remarks>
/// <param name="registration">The registration.</param>
/// <param name="metrics">The metrics that the version must have.</param>
/// <param name="parameters">The parameters that the version must have.</param>
/// <param name="datasets">The datasets that the version was trained on.</param>
internal sealed class IdenticalVersionFinder(
    ModelRegistration registration,
    IReadOnlyDictionary<string, double> metrics,
    IReadOnlyDictionary<string, string> parameters,
    IReadOnlyCollection<DatasetReference> datasets)
{
    private readonly byte[] _signature = Serialize(registration.Signature);

    /// <summary>Finds the versions.</summary>
    /// <param name="model">The model; <see langword="null"/> if there is none.</param>
    /// <param name="cancellationToken">Cancels the reading of the files.</param>
    /// <returns>The versions in ascending order of their numbers.</returns>
    /// <exception cref="ArgumentException">A file is missing or cannot be stored portably.</exception>
    /// <exception cref="InvalidOperationException">A file was changed while it was being read.</exception>
    public async Task<IReadOnlyList<ModelVersion>> FindAsync(RegisteredModel? model, CancellationToken cancellationToken)
    {
        ModelVersion[] candidates = [.. (model?.Versions ?? []).Where(IsCandidate)];
        if (candidates.Length == 0)
        {
            return []; // the files need not be read
        }

        var files = await RegistrationFiles.Find(registration).HashAsync(cancellationToken).ConfigureAwait(false);
        var manifest = new PackageManifest { Format = StoredDocument.Format, Files = files, Examples = registration.Examples };
        var digest = Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(manifest, RegistryJson.Default.PackageManifest));
        return [.. candidates.Where(version => version.Manifest == digest)];
    }

    private bool IsCandidate(ModelVersion version) =>
        version.Format == registration.Format
        && version.ExampleCount == registration.Examples.Count
        && Serialize(version.Signature).AsSpan().SequenceEqual(_signature)
        && metrics.All(metric => version.Metrics.TryGetValue(metric.Key, out var value) && value.Equals(metric.Value)) // NaN equals NaN
        && parameters.All(parameter => version.Parameters.TryGetValue(parameter.Key, out var value) && value == parameter.Value)
        && version.Lineage.Datasets.ToHashSet().SetEquals(datasets)
        && version.Lineage.Source == registration.Lineage.Source
        && (registration.Lineage.GitCommit is null || version.Lineage.GitCommit == registration.Lineage.GitCommit);

    private static byte[] Serialize(ModelSignature? signature) =>
        signature is null ? [] : JsonSerializer.SerializeToUtf8Bytes(signature, RegistryJson.Default.ModelSignature);
}
