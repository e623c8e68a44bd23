using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace MlOps.Models;

public sealed class LoadFaultTests
{
    [Test]
    public async Task P()
    {
        foreach (var (n, e) in ZipBytes.Read(IrisModel.ToZip())) TestContext.Out.WriteLine($"{n} {e.Length} {System.Text.Encoding.Latin1.GetString(e[..Math.Min(600, e.Length)]).Replace("\0","")}");
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable([new A()]);
        var m = context.Transforms.CustomMapping(new F().GetMapping(), "contractx").Fit(data);
        using var f0 = ModelFolder.With(m, data.Schema);
        var z = File.ReadAllBytes(Path.Combine(f0.Path, "model.zip"));
        foreach (var (n, e) in ZipBytes.Read(z)) TestContext.Out.WriteLine($"{n} {e.Length} {System.Text.Encoding.Latin1.GetString(e[..Math.Min(600, e.Length)]).Replace("\0","")}");
        foreach (var zip in new[] { z, ZipBytes.Replace(z, "contractx", "contracty"), ZipBytes.Replace(z, "MLNet.Tests", "MLNet.Testx"),
            ZipBytes.Replace(IrisModel.ToZip(), "StandardTrainers", "StandardTrainerx"), ZipBytes.Replace(IrisModel.ToZip(), "KeyToValueTransform", "KeyToValueTransforx") ,
            ZipBytes.Of([.. ZipBytes.Read(IrisModel.ToZip()).Select(e => (e.Name, e.Content[..(e.Content.Length * 3 / 4)]))]),
            ZipBytes.Of([.. ZipBytes.Read(IrisModel.ToZip()).Where(e => e.Name != "Schema")]),
        })
        {
            try
            {
                using var f = ModelFolder.With(zip);
                using var mm = await f.LoadAsync();
                TestContext.Out.WriteLine("OK");
            }
            catch (Exception e) { TestContext.Out.WriteLine(e.Message); TestContext.Out.WriteLine("======"); }
        }
    }

    public sealed class A { public float X { get; set; } }
    public sealed class B { public float Y { get; set; } }

    [CustomMappingFactoryAttribute("contractx")]
    public sealed class F : CustomMappingFactory<A, B>
    {
        public override Action<A, B> GetMapping() => (a, b) => b.Y = a.X * 2;
    }
}
