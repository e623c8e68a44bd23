using System.Collections.Concurrent;

namespace MlOps.Tracking;

/// <summary>The names of a run's metrics, no more than are sure to fit into the event that ends the run.</summary>
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

    /// <summary>Adds a name, if it is not there.</summary>
    /// <exception cref="ArgumentException">It would be one too many.</exception>
    public void Add(string name)
    {
        if (_names.ContainsKey(name))
        {
            return;
        }

        if (_names.Count >= MaxNames || Volatile.Read(ref _characters) + name.Length > MaxCharacters)
        {
            throw new ArgumentException(
                $"The run has {_names.Count} metrics, and '{name}' would be one too many: there may be {MaxNames}, with names of {MaxCharacters} characters together. "
                + "Put what changes from value to value into the step, or store the numbers as an artifact.",
                nameof(name));
        }

        if (_names.TryAdd(name, 0))
        {
            Interlocked.Add(ref _characters, name.Length);
        }
    }
}
