namespace MlOps.Storage;

/// <summary>A byte range of an artifact.</summary>
/// <remarks>A range that extends past the end of the artifact is shortened. A range that starts at or past the end is empty.</remarks>
public readonly struct ArtifactRange
{
    /// <summary>Initializes a new instance of the <see cref="ArtifactRange"/> struct.</summary>
    /// <param name="offset">The zero-based position of the first byte.</param>
    /// <param name="length">The number of bytes, at least 1; <see langword="null"/> for all bytes up to the end.</param>
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

    /// <summary>Gets the zero-based position of the first byte.</summary>
    public long Offset { get; }

    /// <summary>Gets the number of bytes, or <see langword="null"/> for all bytes up to the end.</summary>
    public long? Length { get; }

    /// <summary>Calculates the length of the range in an artifact of a given size.</summary>
    /// <param name="size">The size of the artifact in bytes.</param>
    /// <returns>The number of existing bytes in the range; 0 if the range starts at or past the end.</returns>
    public long ClipTo(long size) => Math.Max(0, Math.Min(Length ?? long.MaxValue, size - Offset));
}
