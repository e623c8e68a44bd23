using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;

namespace MlOps.Readme;

internal static class SmallestProgram
{
    public static async Task RunAsync(string file, TextWriter output)
    {
        var services = new ServiceCollection();
        services.AddMlOps().AddTabularDatasets();
        await using var provider = services.BuildServiceProvider();
        var datasets = provider.GetRequiredService<IDatasetStore>();

        var first = await datasets.SnapshotAsync("weather", file);
        await File.AppendAllTextAsync(file, "2016-01-01,0.0,4.4,-3.2,2.1,sun\n");
        var second = await datasets.SnapshotAsync("weather", file);

        await output.WriteAsync($"{await datasets.DiffAsync(first.Reference, second.Reference)}");
    }
}
