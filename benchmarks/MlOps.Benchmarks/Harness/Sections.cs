namespace MlOps.Benchmarks;

/// <summary>The parts of a report. Each part is measured in its own folder.</summary>
/// <typeparam name="TScale">The scale of the data.</typeparam>
internal sealed class Sections<TScale> : Dictionary<string, Func<string, TScale, Task<IEnumerable<IOutcome>>>>
{
    /// <summary>Measures one part, or all parts in sequence.</summary>
    /// <param name="only">The name of the part to measure; <see langword="null"/> for all.</param>
    /// <param name="scale">The scale of the data.</param>
    public async Task<IReadOnlyList<IOutcome>> RunAsync(string? only, TScale scale)
    {
        // Use a folder beside the program. On many machines, the temporary folder is in memory.
        var folder = Path.Combine(AppContext.BaseDirectory, "work");
        Directory.CreateDirectory(folder);
        try
        {
            var outcomes = new List<IOutcome>();
            foreach (var section in this.Where(section => only is null || section.Key == only))
            {
                outcomes.AddRange(await section.Value(folder, scale));
            }

            return outcomes;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
