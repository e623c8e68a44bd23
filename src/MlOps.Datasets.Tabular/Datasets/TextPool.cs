namespace MlOps.Datasets;

/// <summary>Returns the same string for equal texts, so that repeated categories need no memory.</summary>
internal sealed class TextPool
{
    private const int MaxTexts = 10_000;
    private const int MaxLength = 256;

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TextPool() => _lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<char> text)
    {
        if (_lookup.TryGetValue(text, out var found))
        {
            return found;
        }

        var created = text.ToString();
        if (_texts.Count < MaxTexts && created.Length <= MaxLength)
        {
            _texts.Add(created);
        }

        return created;
    }
}
