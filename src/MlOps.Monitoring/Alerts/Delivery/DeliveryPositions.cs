using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Reads and replaces the positions of sinks, <c>monitoring/&lt;model&gt;/alerts/&lt;sink&gt;.json</c>.</summary>
internal sealed partial class DeliveryPositions(IArtifactStore store, ILogger logger)
{
    private const int MaxSize = 1 << 16;

    public static ArtifactPath PathOf(string model, string sink) => ArtifactPath.Parse($"monitoring/{model}/alerts/{sink}.json");

    /// <summary>Reads a position.</summary>
    /// <returns>
    /// The ETag is <see langword="null"/> if there is no document. The position is <see langword="null"/> if there is no document, or if it is damaged, which
    /// is logged.
    /// </returns>
    /// <exception cref="DocumentFormatException">The document was written by a newer version of the library.</exception>
    public async Task<(DeliveryPosition? Position, string? ETag)> ReadAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            try
            {
                var bytes = new byte[Math.Min(content.Info.Size, MaxSize)];
                await content.Stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
                return (Parse(path, bytes), content.Info.ETag);
            }
            catch (Exception exception) when (exception is JsonException or ArtifactIntegrityException or EndOfStreamException)
            {
                LogDamaged(path, exception);
                return (null, content.Info.ETag);
            }
        }
        catch (ArtifactNotFoundException)
        {
            return (null, null);
        }
        catch (ArtifactIntegrityException exception)
        {
            // The document has no readable entity tag, so it cannot be replaced on the condition that it is unchanged.
            LogDamaged(path, exception);
            await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            return (null, null);
        }
    }

    /// <summary>Replaces a position, unless another instance has replaced it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="position">The new position.</param>
    /// <param name="eTag">The ETag of the known document; <see langword="null"/> if there must be none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The new ETag, or <see langword="null"/> if another instance has replaced the document.</returns>
    public async Task<string?> TryWriteAsync(ArtifactPath path, DeliveryPosition position, string? eTag, CancellationToken cancellationToken)
    {
        var options = new ArtifactWriteOptions
        {
            Condition = eTag is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(eTag),
            ContentType = "application/json",
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(position with { Nonce = Guid.NewGuid() }, DeliveryJson.Default.DeliveryPosition);
        try
        {
            return (await store.WriteBytesAsync(path, bytes, options, cancellationToken).ConfigureAwait(false)).ETag;
        }
        catch (MlOpsException exception) when (exception is ArtifactExistsException or ArtifactConflictException or ArtifactNotFoundException)
        {
            return null;
        }
    }

    private static DeliveryPosition Parse(ArtifactPath path, byte[] bytes)
    {
        var position = JsonSerializer.Deserialize(bytes, DeliveryJson.Default.DeliveryPosition) ?? throw new JsonException("The document is null.");
        return position.Format > DeliveryPosition.CurrentFormat
            ? throw new DocumentFormatException(
                path,
                $"it has format {position.Format}; this version of MlOps.Monitoring reads up to format {DeliveryPosition.CurrentFormat}. "
                + "Update MlOps.Monitoring.")
            : position;
    }

    [LoggerMessage(748, LogLevel.Error,
        "The delivery position '{Path}' is damaged and will be replaced. Events that the sink has not delivered so far are not delivered. "
        + "Read them in the history of the model.")]
    private partial void LogDamaged(ArtifactPath path, Exception exception);
}
