using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>Reads the references and the faults of a record kind.</summary>
internal static class RecordKindExtensions
{
    /// <summary>Reads the digests that intact records reference, including digests of files, each with its owner.</summary>
    public static async IAsyncEnumerable<(Sha256Digest Digest, string Owner)> ReadUsedAsync(
        this IRecordKind kind, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var reference in kind.ReadAsync(cancellationToken).SelectMany(static reading => reading.References))
        {
            yield return (reference.Digest, reference.Owner);
            foreach (var file in reference.ReadFilesAsync is null ? [] : await reference.ReadFilesAsync(cancellationToken))
            {
                yield return (file, reference.Owner);
            }
        }
    }

    /// <summary>Reads the faults of logs and checkpoints.</summary>
    public static async Task<List<MlOpsException>> ReadFaultsAsync(this IRecordKind kind) =>
        await kind.ReadAsync().Select(static reading => reading.Damage ?? reading.CheckpointFault).OfType<MlOpsException>().ToListAsync();
}
