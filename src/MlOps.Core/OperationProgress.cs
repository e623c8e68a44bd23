using System.Globalization;

namespace MlOps;

/// <summary>The progress of a long operation: a transfer of files, a workflow, a migration, a garbage collection or a verification.</summary>
/// <remarks>Immutable and thread-safe. An operation reports its progress in order, and never from two threads at once.</remarks>
public sealed class OperationProgress
{
    internal OperationProgress(
        string step, long items, long? totalItems = null, long bytes = 0, long? totalBytes = null, double? bytesPerSecond = null, string? detail = null)
    {
        Step = step;
        Items = items;
        TotalItems = totalItems;
        Bytes = bytes;
        TotalBytes = totalBytes;
        BytesPerSecond = bytesPerSecond;
        Detail = detail;
    }

    /// <summary>Gets the current step, such as <c>copying artifacts</c>; for a workflow, the name of the step that begins or has ended.</summary>
    public string Step { get; }

    /// <summary>Gets the number of items that are finished in this step: files, artifacts, logs or steps of a workflow.</summary>
    public long Items { get; }

    /// <summary>Gets the number of items of this step.</summary>
    /// <value><see langword="null"/> if the number is not known before the end.</value>
    public long? TotalItems { get; }

    /// <summary>Gets the number of bytes that are finished.</summary>
    public long Bytes { get; }

    /// <summary>Gets the number of bytes of the operation.</summary>
    /// <value><see langword="null"/> if the number is not known before the end.</value>
    public long? TotalBytes { get; }

    /// <summary>Gets the average rate since the operation began, in bytes per second.</summary>
    /// <value><see langword="null"/> if the operation transfers no bytes.</value>
    public double? BytesPerSecond { get; }

    /// <summary>Gets a detail of the step, such as <c>restored</c> for a step of a workflow or <c>12 copied</c> for a migration.</summary>
    /// <value><see langword="null"/> if there is nothing to add; for a workflow, when the step begins.</value>
    public string? Detail { get; }

    /// <summary>Describes the progress in one line.</summary>
    /// <returns>Text such as <c>transferring files: 3 of 10, 5.0 of 20.0 MiB, 12.5 MiB/s</c>.</returns>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Step}: {Items}");
        if (TotalItems is { } totalItems)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" of {totalItems}");
        }

        if (Bytes > 0 || TotalBytes > 0)
        {
            text += TotalBytes is { } totalBytes
                ? string.Create(CultureInfo.InvariantCulture, $", {ToMebibytes(Bytes):F1} of {ToMebibytes(totalBytes):F1} MiB")
                : string.Create(CultureInfo.InvariantCulture, $", {ToMebibytes(Bytes):F1} MiB");
        }

        if (BytesPerSecond is { } rate)
        {
            text += string.Create(CultureInfo.InvariantCulture, $", {ToMebibytes(rate):F1} MiB/s");
        }

        return Detail is null ? text : $"{text}, {Detail}";
    }

    private static double ToMebibytes(double bytes) => bytes / (1 << 20);
}
