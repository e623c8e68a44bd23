using System.Security.Cryptography;
using MlOps.Datasets;
using MlOps.Registry;
using MlOps.Storage;

/// <summary>Records versions until the process is killed.</summary>
internal static class RecordWriter
{
    private const int MaxSize = 1 << 16;

    public static async Task RegisterForeverAsync(IModelRegistry registry, string model, string folder)
    {
        while (true)
        {
            var file = await WriteAsync(folder, "weights.bin");
            var version = await registry.RegisterAsync(model, new ModelRegistration { Format = "onnx", Files = [file] });
            Console.WriteLine($"{version.Number} {Sha256Digest.Of(await File.ReadAllBytesAsync(file))}");
        }
    }

    public static async Task PromoteForeverAsync(IModelRegistry registry, string model)
    {
        for (var number = 0; ; number++)
        {
            var by = $"{Environment.ProcessId}-{number}";
            await registry.SetAliasAsync(model, "production", (number % 2) + 1, actor: by);
            Console.WriteLine(by);
        }
    }

    public static async Task SnapshotForeverAsync(IDatasetStore datasets, string dataset, string folder)
    {
        await WriteAsync(folder, "stays.bin");
        while (true)
        {
            await WriteAsync(folder, "changes.bin");
            var version = await datasets.SnapshotAsync(dataset, folder);
            Console.WriteLine($"{version.Number} {version.Digest}");
        }
    }

    private static async Task<string> WriteAsync(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(MaxSize)));
        return file;
    }
}
