using System.Globalization;
using System.Runtime.InteropServices;

namespace MlOps.Monitoring.Profiles;

/// <summary>Accumulates the profile of a feature of texts.</summary>
/// <remarks>
/// <para>Not thread-safe. Adding texts that were seen before allocates no memory.</para>
/// <para>The categories of the baseline are counted exactly. Others are counted exactly up to a limit. Beyond the limit, the algorithm of Misra and Gries
/// removes the rarest ones, and the counts of the remaining ones are too low by at most the carried error.</para>
/// </remarks>
/// <seealso href="https://doi.org/10.1145/2500128">Mergeable summaries, Agarwal et al. (2013).</seealso>
internal sealed class TextState
{
    /// <summary>The maximum number of categories that the baseline does not have.</summary>
    public const int Capacity = 1000;

    /// <summary>The maximum length of a category. The end of a longer text is replaced by a hash.</summary>
    public const int MaxLength = 128;

    private const int PrefixLength = 100;
    private const int CountedLengths = 1024;

    private readonly string _name;
    private readonly ulong _seed;
    private readonly IReadOnlyList<string>? _known;
    private readonly bool _knowsAll;
    private readonly Dictionary<string, long> _knownCounts;
    private readonly Dictionary<string, long> _otherCounts = new(StringComparer.Ordinal);
    private readonly long[] _scratch = new long[(2 * Capacity) + 1];
    private readonly long[] _lengthCounts = new long[CountedLengths];
    private readonly NumberState _lengths;
    private readonly HyperLogLog _distinct = new();
    private long _missing;
    private long _values;
    private long _unseen;
    private long _error;

    /// <summary>Initializes a new instance of the <see cref="TextState"/> class.</summary>
    /// <param name="name">The name of the feature.</param>
    /// <param name="known">The categories of the baseline; <see langword="null"/> without a baseline.</param>
    /// <param name="knowsAll">Whether the baseline has no other categories.</param>
    /// <param name="lengthEdges">The edges of the bins of the lengths.</param>
    /// <param name="seed">The seed.</param>
    public TextState(string name, IReadOnlyList<string>? known, bool knowsAll, IReadOnlyList<double> lengthEdges, ulong seed)
    {
        (_name, _known, _knowsAll, _seed) = (name, known, knowsAll, seed);
        _knownCounts = (known ?? []).ToDictionary(static text => text, static _ => 0L, StringComparer.Ordinal);
        _lengths = new NumberState(name, lengthEdges, seed);
    }

    public void Add(ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is null)
            {
                _missing++;
                continue;
            }

            if (text.Length < CountedLengths)
            {
                _lengthCounts[text.Length]++;
            }
            else
            {
                _lengths.Add(text.Length, 1);
            }

            _values++;
            AddCategory(text.Length <= MaxLength ? text : Shorten(text));
        }
    }

    public void Merge(FeatureProfile profile)
    {
        if (!ReferenceEquals(_known, profile.Known) && (_known is null || profile.Known is null || !_known.SequenceEqual(profile.Known)))
        {
            throw new ArgumentException(
                $"The profiles of the feature '{_name}' cannot be merged, because the categories of their baselines differ: {Describe(_known)} and "
                + $"{Describe(profile.Known)}. Profile the rows of both with the same baseline.");
        }

        _missing += profile.Missing;
        _values += profile.Values;
        _unseen += profile.Unseen;
        _error += profile.CategoryError;
        foreach (var (text, count) in profile.Categories)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_knownCounts, text);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref known))
            {
                known += count;
                continue;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(_otherCounts, text, out _) += count;
            RemoveRarest(2 * Capacity);
        }

        _distinct.Merge(profile.DistinctSketch.Registers);
        _lengths.Merge(profile.Lengths ?? new FeatureProfile { Name = _name, IsText = false });
    }

    public FeatureProfile ToProfile()
    {
        DrainLengths();
        RemoveRarest(Capacity);
        KeyValuePair<string, long>[] categories =
        [
            .. _knownCounts.Concat(_otherCounts).Where(static item => item.Value > 0)
                .OrderByDescending(static item => item.Value).ThenBy(static item => item.Key, StringComparer.Ordinal),
        ];
        return new FeatureProfile
        {
            Name = _name,
            IsText = true,
            Count = _values + _missing,
            Missing = _missing,
            Categories = categories,
            OtherCategories = _values - categories.Sum(static item => item.Value),
            CategoryError = _error,
            Unseen = _unseen,
            Distinct = _error == 0 ? categories.Length : Math.Min(_values, HyperLogLog.Estimate(_distinct.Registers)),
            Known = _known,
            Lengths = _lengths.ToProfile(),
            DistinctSketch = new HyperLogLog(_distinct.Registers),
        };
    }

    public void Reset()
    {
        (_missing, _values, _unseen, _error) = (0, 0, 0, 0);
        foreach (var text in _known ?? [])
        {
            _knownCounts[text] = 0;
        }

        _otherCounts.Clear();
        Array.Clear(_lengthCounts);
        _lengths.Reset();
        _distinct.Clear();
    }

    /// <summary>Gets the text that identifies a long text.</summary>
    private static string Shorten(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, PrefixLength)}…{HyperLogLog.Hash(text):x16}");

    private static string Describe(IReadOnlyList<string>? known) => known switch
    {
        null => "no baseline",
        { Count: 0 } => "none",
        [var only] => $"'{only}'",
        _ => string.Create(CultureInfo.InvariantCulture, $"{known.Count} categories from '{known[0]}' to '{known[^1]}'"),
    };

    private void AddCategory(string text)
    {
        if (_knownCounts.Count > 0)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_knownCounts, text);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref known))
            {
                if (known++ == 0)
                {
                    _distinct.Add(HyperLogLog.Hash(text));
                }

                return;
            }
        }

        if (_known is not null && _knowsAll)
        {
            _unseen++;
        }

        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_otherCounts, text, out var exists);
        count++;
        if (!exists)
        {
            _distinct.Add(HyperLogLog.Hash(text));
            RemoveRarest(2 * Capacity);
        }
    }

    /// <summary>Subtracts a count from all categories such that at most <see cref="Capacity"/> remain, if there are more than a maximum.</summary>
    private void RemoveRarest(int maximum)
    {
        if (_otherCounts.Count <= maximum)
        {
            return;
        }

        var scratch = _scratch.AsSpan(0, _otherCounts.Count);
        var index = 0;
        foreach (var (_, count) in _otherCounts)
        {
            scratch[index++] = count;
        }

        scratch.Sort();
        var subtracted = scratch[^(Capacity + 1)];
        _error += subtracted;
        foreach (var (text, _) in _otherCounts)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_otherCounts, text);
            count -= subtracted;
            if (count <= 0)
            {
                _otherCounts.Remove(text);
            }
        }
    }

    private void DrainLengths()
    {
        for (var length = 0; length < CountedLengths; length++)
        {
            if (_lengthCounts[length] > 0)
            {
                _lengths.Add(length, _lengthCounts[length]);
                _lengthCounts[length] = 0;
            }
        }
    }
}
