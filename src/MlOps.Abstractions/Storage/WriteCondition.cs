namespace MlOps.Storage;

/// <summary>What must hold of the artifact at a path for a write to happen.</summary>
/// <remarks>The check and the write are one atomic step: of any number of writers in any number of processes, at most one passes.</remarks>
public readonly record struct WriteCondition
{
    private WriteCondition(bool isIfAbsent, string? eTag)
    {
        IsIfAbsent = isIfAbsent;
        ETag = eTag;
    }

    /// <summary>Gets the condition that always holds.</summary>
    public static WriteCondition None => default;

    /// <summary>Gets the condition that there is no artifact at the path.</summary>
    public static WriteCondition IfAbsent { get; } = new(isIfAbsent: true, eTag: null);

    /// <summary>Gets a value indicating whether this is <see cref="IfAbsent"/>.</summary>
    public bool IsIfAbsent { get; }

    /// <summary>Gets the ETag the artifact must have, or <see langword="null"/> if this is not an <see cref="IfMatch"/>.</summary>
    public string? ETag { get; }

    /// <summary>Gets a value indicating whether this is <see cref="None"/>.</summary>
    public bool IsNone => !IsIfAbsent && ETag is null;

    /// <summary>Makes the condition that the artifact exists with a given ETag.</summary>
    /// <remarks>
    /// An ETag may derive from the content, so bytes that go from A to B and back to A look unchanged. A document that is
    /// rewritten should carry a version or a nonce, which makes every version's bytes its own.
    /// </remarks>
    /// <param name="eTag">The ETag that a read, a find, a listing or a write returned.</param>
    /// <returns>The condition.</returns>
    /// <exception cref="ArgumentException"><paramref name="eTag"/> is empty.</exception>
    public static WriteCondition IfMatch(string eTag)
    {
        ArgumentException.ThrowIfNullOrEmpty(eTag);
        return new(isIfAbsent: false, eTag);
    }
}
