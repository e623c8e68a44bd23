using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>Reads all that a kind of record refers to.</summary>
internal static class RecordKindExtensions
{
    /// <summary>Reads the digests that sound records refer to, those of files included, each with its owner.</summary>
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
