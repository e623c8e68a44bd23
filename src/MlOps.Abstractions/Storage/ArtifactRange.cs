namespace MlOps.Storage;

/// <summary>A run of bytes within an artifact.</summary>
/// <remarks>A range is clipped to the artifact: one that reaches past the end yields what there is, one that starts at or past the end yields nothing.</remarks>
public readonly record struct ArtifactRange
{
    /// <summary>Initializes a range.</summary>
    /// <param name="offset">The first byte, counted from 0.</param>
    /// <param name="length">How many bytes, 1 or more; <see langword="null"/> for all up to the end.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative, or <paramref name="length"/> is less than 1.</exception>
    public ArtifactRange(long offset, long? length = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (length is { } count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(length));
        }

        Offset = offset;
        Length = length;
    }

    /// <summary>Gets the first byte, counted from 0.</summary>
    public long Offset { get; }

    /// <summary>Gets how many bytes, or <see langword="null"/> for all up to the end.</summary>
    public long? Length { get; }

    /// <summary>Clips the range to an artifact of a given size.</summary>
    /// <param name="size">The artifact's size in bytes.</param>
    /// <returns>The number of bytes of the range that exist; 0 if it starts at or past the end.</returns>
    public long ClipTo(long size) => Math.Max(0, Math.Min(Length ?? long.MaxValue, size - Offset));
}
