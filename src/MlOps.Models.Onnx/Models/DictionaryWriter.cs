namespace MlOps.Models;

/// <summary>Writes probabilities by class to a dictionary property. An existing dictionary is reused.</summary>
internal sealed class DictionaryWriter<TOutput, TKey>(
    Func<TOutput, Dictionary<TKey, float>?> getter, Action<TOutput, Dictionary<TKey, float>> setter, Converter<string, TKey> parse)
    : RowWriter<TOutput, float>
    where TKey : notnull
{
    private IReadOnlyList<string> _labels = [];
    private TKey[] _keys = [];

    public override void Label(IReadOnlyList<string> labels)
    {
        if (!labels.SequenceEqual(_labels, StringComparer.Ordinal))
        {
            _labels = labels;
            _keys = [.. labels.Select(label => parse(label))];
        }
    }

    public override void Write(TOutput output, ReadOnlySpan<float> row)
    {
        var classes = getter(output);
        if (classes is null)
        {
            classes = new Dictionary<TKey, float>(row.Length);
            setter(output, classes);
        }

        classes.Clear();
        for (var i = 0; i < row.Length; i++)
        {
            classes.Add(_keys[i], row[i]);
        }
    }
}
