using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Testing;

public abstract partial class ModelLoaderConformance
{
    [Test]
    public async Task Unusable_input_member_is_rejected_by_name()
    {
        using var model = await LoadAsync();

        var mismatch = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<UnusableFeatures, LabelAndProbabilities>())!;

        var members = model.Signature.Inputs.Where(static input => !input.IsOptional)
            .Select(static input => typeof(UnusableFeatures).GetProperties().Single(property => FeatureProperty.NamesMatch(property.Name, input.Name)).Name);
        Assert.That(members.Where(member => !mismatch.Faults.Any(fault => fault.Member.Contains($"'{member}'", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public async Task Unusable_output_members_are_rejected_by_name()
    {
        using var model = await LoadAsync();

        var mismatch = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<FourFeatures, UnusableOutputs>())!;

        Assert.That(mismatch.Faults.Select(static fault => fault.Member),
            Is.EquivalentTo(new[] { $"property '{nameof(UnusableOutputs.Label)}'", $"property '{nameof(UnusableOutputs.Probabilities)}'" }));
    }

    [Test]
    public async Task Output_type_without_outputs_is_rejected()
    {
        using var model = await LoadAsync();

        var mismatch = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<FourFeatures, NoOutputs>())!;

        Assert.That(mismatch.Faults.Single().Member, Does.Contain(nameof(NoOutputs)));
        Assert.That(mismatch.Faults.Single().Expected, Does.Contain("label").And.Contain("probabilities").IgnoreCase);
    }

    [Test]
    public async Task Unrelated_members_are_ignored()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelWithNotes>();
        var output = new LabelWithNotes { Notes = ["mine"] };

        predictor.Predict(CreateRows(1)[0], output);

        Assert.That(output.Notes, Is.EqualTo(new[] { "mine" }));
    }

    private sealed class UnusableFeatures
    {
        public List<float> Features { get; init; } = [];

        public decimal First { get; init; }

        public decimal Second { get; init; }

        public decimal Third { get; init; }

        public decimal Fourth { get; init; }
    }

    private sealed class UnusableOutputs
    {
        public decimal Label { get; set; }

        public float[] Probabilities { get; private set; } = [];
    }

    private sealed class NoOutputs
    {
        public List<string> Notes { get; } = [];
    }

    private sealed class LabelWithNotes
    {
        public long Label { get; set; }

        public List<string> Notes { get; init; } = [];
    }
}
