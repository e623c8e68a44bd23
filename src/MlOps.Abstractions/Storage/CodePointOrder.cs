namespace MlOps.Storage;

/// <summary>Compares strings by Unicode code point. This is the order of their UTF-8 bytes and of S3 listings.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static CodePointOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x?.Length || common == y?.Length)
        {
            return (x?.Length ?? -1).CompareTo(y?.Length ?? -1);
        }

        // In UTF-16, surrogates (U+D800 to U+DFFF) precede U+E000 to U+FFFF. The code points that they encode follow them.
        char left = x![common], right = y![common];
        return char.IsSurrogate(left) == char.IsSurrogate(right) ? left.CompareTo(right) : char.IsSurrogate(left) ? 1 : -1;
    }
}
