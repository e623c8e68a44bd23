using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>Creates ONNX Runtime sessions, and translates its errors.</summary>
internal static partial class OnnxSession
{
    private const string ExternalDataFolder = "session.model_external_initializers_file_folder_path";
    private const string CudaName = "CUDAExecutionProvider";

    /// <summary>Parts of the messages of ONNX Runtime about valid models with unsupported features.</summary>
    private static readonly string[] s_unsupported =
    [
        "NotImplemented", "is not a registered function/op", "No Op registered", "No opset import", "opset", "Unsupported model IR version",
        "is not supported",
    ];

    /// <summary>Parts of the messages of ONNX Runtime, the C++ library and CUDA about a lack of memory.</summary>
    private static readonly string[] s_outOfMemory = ["Failed to allocate memory", "bad_alloc", "out of memory"];

    public static InferenceSession Open(ModelSource source, string file, OnnxModelOptions options)
    {
        EnsureEnvironment();
        return options is { CacheOptimizedGraph: true, ConfigureSession: null } && source.WorkFolder is { } folder
            ? OpenCached(source, file, options, folder)
            : OpenOriginal(source, file, options);
    }

    /// <summary>Opens the cached graph, or opens the original model and caches its graph. An unusable cache does not fail the load.</summary>
    private static InferenceSession OpenCached(ModelSource source, string file, OnnxModelOptions options, string folder)
    {
        string? kept = null, temporary = null;
        try
        {
            var cache = new OptimizedGraphCache(folder, file, options.GraphOptimization, UsesDevice(options));
            if (cache.Find() is var (keptFile, graph))
            {
                kept = keptFile;
                using var keptOptions = CreateOptions(source, options);
                keptOptions.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                keptOptions.AddSessionConfigEntry(ExternalDataFolder, Path.GetDirectoryName(file)!); // The external data is in the folder of the original.
                return new InferenceSession(graph, keptOptions);
            }

            temporary = cache.CreateTemporary();
            using var sessionOptions = CreateOptions(source, options);
            sessionOptions.OptimizedModelFilePath = temporary;
            var session = new InferenceSession(file, sessionOptions);
            TryFile(() => cache.Keep(temporary));
            return session;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or IOException or UnauthorizedAccessException && !IsOutOfMemory(exception))
        {
            foreach (var unusable in new[] { kept, temporary }.OfType<string>())
            {
                TryFile(() => OptimizedGraphCache.Discard(unusable));
            }

            return OpenOriginal(source, file, options);
        }
    }

    private static InferenceSession OpenOriginal(ModelSource source, string file, OnnxModelOptions options)
    {
        using var sessionOptions = CreateOptions(source, options);
        try
        {
            return new InferenceSession(file, sessionOptions);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelFormatException(source, Explain(source.Folder, file, exception), exception) { IsTransient = IsOutOfMemory(exception) };
        }
    }

    private static SessionOptions CreateOptions(ModelSource source, OnnxModelOptions options)
    {
        var sessionOptions = new SessionOptions
        {
            IntraOpNumThreads = options.IntraOpThreads,
            InterOpNumThreads = options.InterOpThreads,
            ExecutionMode = options.InterOpThreads == 1 ? ExecutionMode.ORT_SEQUENTIAL : ExecutionMode.ORT_PARALLEL,
            GraphOptimizationLevel = ToLevel(options.GraphOptimization),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // Failures are thrown as exceptions, so do not log them to the console.
        };
        try
        {
            AppendProvider(source, options, sessionOptions);
            options.ConfigureSession?.Invoke(source, sessionOptions);
            return sessionOptions;
        }
        catch
        {
            sessionOptions.Dispose();
            throw;
        }
    }

    private static void TryFile(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The cache is an optimization. The load does not depend on it.
        }
    }

    public static bool UsesDevice(OnnxModelOptions options) => options.ExecutionProvider == OnnxExecutionProvider.Cuda && HasCuda();

    /// <summary>Creates the environment of the process, which logs errors only, unless it exists.</summary>
    private static void EnsureEnvironment()
    {
        if (OrtEnv.IsCreated)
        {
            return;
        }

        try
        {
            var environment = new EnvironmentCreationOptions { logId = "MlOps", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            OrtEnv.CreateInstanceWithOptions(ref environment);
        }
        catch (OnnxRuntimeException) when (OrtEnv.IsCreated)
        {
            // Another thread has created the environment at the same time.
        }
    }

    private static bool HasCuda() => OrtEnv.Instance().GetAvailableProviders().Contains(CudaName, StringComparer.Ordinal);

    private static void AppendProvider(ModelSource source, OnnxModelOptions options, SessionOptions sessionOptions)
    {
        if (options.ExecutionProvider != OnnxExecutionProvider.Cuda || (options.FallBackToCpu && !HasCuda()))
        {
            return;
        }

        try
        {
            if (!HasCuda())
            {
                throw Unavailable(source, "this build of ONNX Runtime does not support CUDA", null);
            }

            sessionOptions.AppendExecutionProvider_CUDA(options.DeviceId);
        }
        catch (OnnxRuntimeException exception) when (!options.FallBackToCpu)
        {
            throw Unavailable(source, exception.Message, exception);
        }
        catch (OnnxRuntimeException)
        {
            // FallBackToCpu allows the CPU instead.
        }
    }

    private static ProviderException Unavailable(ModelSource source, string reason, Exception? cause) => new(
        "Onnx",
        "load",
        isTransient: false,
        $"{Section(source)}:ExecutionProvider is Cuda, which is not available for {source}: {reason}. "
        + "Reference the package Microsoft.ML.OnnxRuntime.Gpu and install CUDA and cuDNN, "
        + $"or set {Section(source)}:ExecutionProvider to Cpu, or {Section(source)}:FallBackToCpu to true.",
        cause);

    /// <summary>Gets the section of the model, which overrides the section of all models.</summary>
    private static string Section(ModelSource source) => source.ServedAs is { } name ? $"MlOps:Models:{name}:Onnx" : OnnxModelOptions.SectionName;

    private static GraphOptimizationLevel ToLevel(OnnxGraphOptimization optimization) => optimization switch
    {
        OnnxGraphOptimization.None => GraphOptimizationLevel.ORT_DISABLE_ALL,
        OnnxGraphOptimization.Basic => GraphOptimizationLevel.ORT_ENABLE_BASIC,
        OnnxGraphOptimization.Extended => GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        _ => GraphOptimizationLevel.ORT_ENABLE_ALL,
    };

    /// <summary>Determines whether an exception is due to a lack of memory, which may be temporary. ONNX Runtime has no error code for it.</summary>
    public static bool IsOutOfMemory(Exception exception) =>
        Array.Exists(s_outOfMemory, part => exception.Message.Contains(part, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("External data path does not exist: \"(.+?)\"")]
    private static partial Regex MissingData();

    private static string Explain(string folder, string path, OnnxRuntimeException exception)
    {
        var (file, message) = (Path.GetRelativePath(folder, path), exception.Message);
        if (IsOutOfMemory(exception))
        {
            return $"'{file}' requires more memory than is available: {message}. Provide more memory, or export a smaller model.";
        }

        if (message.Contains("InvalidProtobuf", StringComparison.Ordinal))
        {
            return $"'{file}' is damaged, truncated, or not an ONNX model. Replace it by an intact ONNX model, or correct the format.";
        }

        if (MissingData().Match(message) is { Success: true } missing)
        {
            return $"'{file}' refers to the data file '{Path.GetRelativePath(folder, missing.Groups[1].Value)}', which does not exist. "
                + "Register the model with all its files, in their exported folders.";
        }

        if (message.Contains("external", StringComparison.OrdinalIgnoreCase))
        {
            return $"'{file}' refers to data files that cannot be read: {message}. Register the model with all its files, in their exported folders.";
        }

        return Array.Exists(s_unsupported, part => message.Contains(part, StringComparison.OrdinalIgnoreCase))
            ? $"'{file}' uses features that ONNX Runtime {OrtEnv.Instance().GetVersionString()} does not support: {message}. "
                + "Export the model again with an older opset and with standard ONNX operators, or update MlOps.Models.Onnx."
            : $"ONNX Runtime rejects '{file}': {message}. Check it with onnx.checker.check_model, and export the model again.";
    }
}
