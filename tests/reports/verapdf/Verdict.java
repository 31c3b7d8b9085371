import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What veraPDF says of files: `java -cp JAR Verdict.java PDFA-2B a.pdf PDFUA-1 b.pdf`. One line for each file, then its faults, indented.
 * The profiles are veraPDF's own; they are read here because the jar comes without the library that would read them.
 */
public class Verdict {
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (int at = 0; at < arguments.length; at += 2) {
            ValidationProfile profile = profile(arguments[at]);
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(arguments[at + 1]), profile.getPDFAFlavour());
                 PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
                ValidationResult result = validator.validate(parser);
                System.out.println(arguments[at] + "\t" + arguments[at + 1] + "\t" + profile.getRules().size() + "\t"
                    + result.getTotalAssertions() + "\t" + (result.isCompliant() ? "compliant" : "not compliant"));
                for (TestAssertion one : result.getTestAssertions()) {
                    if (one.getStatus() == TestAssertion.Status.FAILED) {
                        System.out.println("\t" + one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber() + " "
                            + one.getMessage() + " | " + one.getLocation().getContext());
                    }
                }
            }
        }
    }

    static ValidationProfile profile(String name) throws Exception {
        Element root;
        try (InputStream from = ValidationProfile.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml")) {
            root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(from).getDocumentElement();
        }
        Set<Rule> rules = new HashSet<>();
        for (Element rule : under(root, "rule")) {
            Element id = under(rule, "id").get(0);
            Element error = under(rule, "error").get(0);
            List<ErrorArgument> values = new ArrayList<>();
            for (Element value : under(error, "argument")) {
                values.add(ErrorArgumentImpl.fromValues(value.getTextContent(), value.getAttribute("name"), null));
            }
            rules.add(Profiles.ruleFromValues(
                Profiles.ruleIdFromValues(PDFAFlavour.Specification.valueOf(id.getAttribute("specification")), id.getAttribute("clause"),
                    Integer.parseInt(id.getAttribute("testNumber"))),
                rule.getAttribute("object"), Boolean.valueOf(rule.getAttribute("deferred")), rule.getAttribute("tags"), text(rule, "description"),
                text(rule, "test"), Profiles.errorFromValues(text(error, "message"), values), new ArrayList<>()));
        }
        Set<Variable> variables = new HashSet<>();
        for (Element one : under(root, "variable")) {
            variables.add(Profiles.variableFromValues(one.getAttribute("name"), one.getAttribute("object"), text(one, "defaultValue"), text(one, "value")));
        }
        return Profiles.profileFromValues(PDFAFlavour.valueOf(root.getAttribute("flavour")),
            Profiles.profileDetailsFromValues(name, name, "veraPDF", new Date(0)), "", rules, variables);
    }

    static String text(Element within, String name) {
        return under(within, name).get(0).getTextContent();
    }

    static List<Element> under(Element within, String name) {
        NodeList found = within.getElementsByTagName(name);
        List<Element> made = new ArrayList<>();
        for (int at = 0; at < found.getLength(); at++) made.add((Element) found.item(at));
        return made;
    }
}
