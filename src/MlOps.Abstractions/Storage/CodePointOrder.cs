namespace MlOps.Storage;

/// <summary>Compares strings by Unicode code point, which is the order of their UTF-8 bytes and the one S3 lists in.</summary>
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

        // UTF-16 puts surrogates (U+D800 to U+DFFF) before U+E000 to U+FFFF; the code points they stand for come after.
        char left = x![common], right = y![common];
        return char.IsSurrogate(left) == char.IsSurrogate(right) ? left.CompareTo(right) : char.IsSurrogate(left) ? 1 : -1;
    }
}
