using System.Collections.Concurrent;

namespace MlOps.Tracking;

/// <summary>The names of the metrics of a run. Limits the number of names so that they fit in the event that ends the run.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RunMetricNames
{
    private const int MaxNames = 2_000;
    private const int MaxCharacters = 100_000;
    private readonly ConcurrentDictionary<string, byte> _names;
    private int _characters;

    public RunMetricNames(IEnumerable<string> names)
    {
        _names = new ConcurrentDictionary<string, byte>(names.Select(static name => KeyValuePair.Create(name, (byte)0)), StringComparer.Ordinal);
        _characters = _names.Keys.Sum(static name => name.Length);
    }

    /// <summary>Adds a name if it is new.</summary>
    /// <exception cref="ArgumentException">The limit is exceeded.</exception>
    public void Add(string name)
    {
        if (_names.ContainsKey(name))
        {
            return;
        }

        if (_names.Count >= MaxNames || Volatile.Read(ref _characters) + name.Length > MaxCharacters)
        {
            throw new ArgumentException(
                $"The metric '{name}' cannot be added, because the run already has {_names.Count} metrics. A run can have {MaxNames} metrics, whose names have "
                + $"{MaxCharacters} characters in total. Use the step to distinguish values of one metric, or store the values as an artifact.",
                nameof(name));
        }

        if (_names.TryAdd(name, 0))
        {
            Interlocked.Add(ref _characters, name.Length);
        }
    }
}
