using System.Text.Json;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>The document that lists the outputs of a step.</summary>
internal sealed class StepManifest
{
    private const int MaxSize = 256 << 20;

    public int Format { get; init; } = StoredDocument.Format;

    public required StepOutputs Outputs { get; init; }

    /// <summary>Computes the digest of the manifest, which identifies the outputs in events and in the keys of dependent steps.</summary>
    public static Sha256Digest DigestOf(StepOutputs outputs) => Sha256Digest.Of(Serialize(outputs));

    public static byte[] Serialize(StepOutputs outputs) =>
        JsonSerializer.SerializeToUtf8Bytes(new StepManifest { Outputs = outputs }, WorkflowJson.Default.StepManifest);

    /// <summary>Reads the outputs of a step.</summary>
    /// <exception cref="ArtifactNotFoundException">The manifest is not in the store.</exception>
    /// <exception cref="ArtifactIntegrityException">The content of the manifest does not match its digest.</exception>
    /// <exception cref="DocumentFormatException">The manifest cannot be read.</exception>
    public static async Task<StepOutputs> ReadAsync(ContentStore content, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var stored = await content.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        var bytes = await StoredDocument.ReadAsync(stored, MaxSize, StoredDocument.Restore, cancellationToken).ConfigureAwait(false);
        var outputs = StoredDocument.Parse(stored.Info.Path, bytes, WorkflowJson.Default.StepManifest).Outputs;
        ContentFileList.ThrowIfInvalid(stored.Info.Path, outputs.Files);
        return outputs.Values.FirstOrDefault(static value => value.Value is null).Key is { } name
            ? throw new DocumentFormatException(stored.Info.Path, $"its value '{name}' is null. It was altered. {StoredDocument.Restore}")
            : outputs;
    }
}
