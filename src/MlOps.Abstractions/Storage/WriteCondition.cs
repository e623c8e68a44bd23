namespace MlOps.Storage;

/// <summary>The condition of a write.</summary>
/// <remarks>The check and the write are one atomic step. If several writers in any number of processes compete, at most one succeeds.</remarks>
public readonly struct WriteCondition
{
    private WriteCondition(bool isIfAbsent, string? eTag)
    {
        IsIfAbsent = isIfAbsent;
        ETag = eTag;
    }

    /// <summary>Gets the condition that is always true.</summary>
    public static WriteCondition None => default;

    /// <summary>Gets the condition that there is no artifact at the path.</summary>
    public static WriteCondition IfAbsent { get; } = new(isIfAbsent: true, eTag: null);

    /// <summary>Gets a value indicating whether this is <see cref="IfAbsent"/>.</summary>
    public bool IsIfAbsent { get; }

    /// <summary>Gets the required ETag, or <see langword="null"/> if this is not an <see cref="IfMatch"/> condition.</summary>
    public string? ETag { get; }

    /// <summary>Gets a value indicating whether this is <see cref="None"/>.</summary>
    public bool IsNone => !IsIfAbsent && ETag is null;

    /// <summary>Creates the condition that the artifact exists and has a given ETag.</summary>
    /// <remarks>
    /// An ETag may be derived from the content, so content that changes from A to B and back to A has the first ETag again. Include a version number or a
    /// random value in documents that are rewritten.
    /// </remarks>
    /// <param name="eTag">An ETag that the store returned.</param>
    /// <returns>The condition.</returns>
    /// <exception cref="ArgumentException"><paramref name="eTag"/> is empty.</exception>
    public static WriteCondition IfMatch(string eTag)
    {
        ArgumentException.ThrowIfNullOrEmpty(eTag);
        return new(isIfAbsent: false, eTag);
    }
}
