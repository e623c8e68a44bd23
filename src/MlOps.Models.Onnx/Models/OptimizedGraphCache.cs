using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>Keeps the graph that ONNX Runtime made of a model, for the next load.</summary>
/// <remarks>
/// A graph fits the runtime, the optimization level, the provider and the processor that it was made for. The file's name contains these, the digest of the
/// model and the digest of the graph itself, so that a damaged file is found.
/// </remarks>
internal sealed class OptimizedGraphCache
{
    private const string Extension = ".onnx";
    private const int DigestLength = 16;
    private readonly string _folder;
    private readonly string _prefix;

    public OptimizedGraphCache(string folder, string model, OnnxGraphOptimization level, bool usesDevice)
    {
        _folder = folder;
        var made = $"{OrtEnv.Instance().GetVersionString()}-{level}-{(usesDevice ? OnnxExecutionProvider.Cuda : OnnxExecutionProvider.Cpu)}-{Processor}".ToLowerInvariant();
        _prefix = $"{Path.GetFileNameWithoutExtension(model)}.{DigestOf(model)}.ort-{made}.";
    }

    /// <summary>Gets the architecture with the vector instructions, by which layouts of memory are chosen.</summary>
    private static string Processor => RuntimeInformation.ProcessArchitecture + (Avx512F.IsSupported ? "-avx512" : Avx2.IsSupported ? "-avx2" : "");

    /// <summary>Finds a graph, and deletes those that are damaged.</summary>
    public (string File, byte[] Graph)? Find()
    {
        foreach (var file in Directory.Exists(_folder) ? Directory.GetFiles(_folder, $"{_prefix}*{Extension}") : [])
        {
            var graph = File.ReadAllBytes(file);
            if (Path.GetFileName(file) == NameOf(ToText(SHA256.HashData(graph))))
            {
                return (file, graph);
            }

            Discard(file);
        }

        return null;
    }

    /// <summary>Makes the name of the file that a graph is written to before it is complete.</summary>
    public string CreateTemporary()
    {
        Directory.CreateDirectory(_folder);
        return Path.Combine(_folder, $"{_prefix}{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Gives a complete file its name.</summary>
    public void Keep(string temporary) => File.Move(temporary, Path.Combine(_folder, NameOf(DigestOf(temporary))), overwrite: true);

    public static void Discard(string file) => File.Delete(file);

    private static string DigestOf(string file)
    {
        using var stream = File.OpenRead(file);
        return ToText(SHA256.HashData(stream));
    }

    private static string ToText(byte[] digest) => Convert.ToHexStringLower(digest)[..DigestLength];

    private string NameOf(string digest) => $"{_prefix}{digest}{Extension}";
}
