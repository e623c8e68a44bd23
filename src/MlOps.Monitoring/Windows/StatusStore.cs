using System.Collections.Concurrent;
using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Reads and writes the status documents of instances.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StatusStore(IArtifactStore store)
{
    private const int MaxSize = 1 << 20;
    private const int Parallelism = 8;
    private const string ContentType = "application/json";

    /// <summary>Writes the status of this instance. The name of the document is unique, so only this instance writes it.</summary>
    public Task WriteAsync(InstanceStatus status, CancellationToken cancellationToken) => store.WriteBytesAsync(
        WindowPaths.Status(status.Model, status.Instance),
        JsonSerializer.SerializeToUtf8Bytes(status, WindowJson.Default.InstanceStatus),
        new ArtifactWriteOptions { ContentType = ContentType },
        cancellationToken);

    /// <summary>Reads the status of all instances that serve or served a model.</summary>
    /// <returns>The statuses, most recently written first, and the faults of documents that were skipped.</returns>
    public async Task<(IReadOnlyList<InstanceStatus> Instances, IReadOnlyList<string> Faults)> ReadAsync(string model, CancellationToken cancellationToken)
    {
        var statuses = new ConcurrentBag<InstanceStatus>();
        var faults = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            store.ListReadableAsync(WindowPaths.Statuses(model), null, damage => faults.Add(ReadableListing.Describe(damage)), cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                try
                {
                    if (await TryReadAsync(entry.Path, token).ConfigureAwait(false) is { } status)
                    {
                        statuses.Add(status);
                    }
                }
                catch (Exception exception) when (exception is DocumentFormatException or ArtifactIntegrityException)
                {
                    faults.Add(exception.Message);
                }
            }).ConfigureAwait(false);
        return (
            [.. statuses.OrderByDescending(static status => status.Updated).ThenBy(static status => status.Instance, StringComparer.Ordinal)],
            [.. faults.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Deletes the status of an instance.</summary>
    public Task DeleteAsync(InstanceStatus status, CancellationToken cancellationToken) =>
        store.DeleteAsync(WindowPaths.Status(status.Model, status.Instance), cancellationToken);

    private async Task<InstanceStatus?> TryReadAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await store.ReadBytesAsync(path, MaxSize, cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(bytes);
            var format = document.RootElement.GetProperty("format").GetInt32();
            return format <= InstanceStatus.CurrentFormat
                ? document.RootElement.Deserialize(WindowJson.Default.InstanceStatus)
                : throw new DocumentFormatException(
                    path,
                    $"it has format {format}; this version of MlOps.Monitoring reads up to format {InstanceStatus.CurrentFormat}. Update MlOps.Monitoring.")
                {
                    IsFromNewerVersion = true,
                };
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (
            exception is JsonException or ArgumentException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DocumentFormatException(
                path, $"{exception.Message} It was cut short or altered. Delete it; a running instance writes it again.", exception);
        }
    }
}
